"""The horizontal Pod autoscaler, in the order in which to read it.

`controller` (what it does), `proposals` (how many Pods the measurements ask for), `pace` (how fast it may go there),
`memory` (what it remembers).
"""

from kubelab.components.podautoscaler.controller import HorizontalController

__all__ = ["HorizontalController"]
