"""kube-scheduler, in the order in which to read it.

`scheduler` (what it does), `decision` (how it decides), `explanation` (the decision as data), `filters`, `scores`,
`volume_binding`, `node_info`; `neighbours` with `spread`, `attraction` and `tally`; `preemption`, `making_room`; and
`messages`.
"""

from kubelab.components.scheduler.explanation import SchedulingDecision, Verdict, explain_scheduling
from kubelab.components.scheduler.filters import Rejection
from kubelab.components.scheduler.scheduler import Scheduler

__all__ = ["Rejection", "Scheduler", "SchedulingDecision", "Verdict", "explain_scheduling"]
