"""kube-scheduler, in the order in which to read it.

`scheduler` (what it does), `decision` (how it decides), `filters`, `scores`, `volume_binding`, `node_info`.
"""

from kubelab.components.scheduler.decision import SchedulingDecision, Verdict, explain_scheduling
from kubelab.components.scheduler.filters import Rejection
from kubelab.components.scheduler.scheduler import Scheduler

__all__ = ["Rejection", "Scheduler", "SchedulingDecision", "Verdict", "explain_scheduling"]
