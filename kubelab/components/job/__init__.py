"""The Job controller: runs Pods until enough of them have succeeded.

Read `controller`, which says who is woken and what comes in which order; then `sync`, which compares a Job with its
Pods.
"""

from kubelab.components.job.controller import JobController

__all__ = ["JobController"]
