"""The CronJob controller: starts a Job again and again, by the clock.

Read `controller`, which compares a CronJob with its Jobs; `schedule` says when the next one is due.
"""

from kubelab.components.cronjob.controller import CronJobController

__all__ = ["CronJobController"]
