"""The deployment controller, in the order in which to read it.

`controller` (the loop), `rollout` (what one reconcile sees and asks for), `rolling` and `recreate` (the two
strategies), `scaling` (a Deployment that grows or shrinks), `revision` (which ReplicaSet is the new one, numbers and
history), `progress` (status and conditions), `arithmetic` (how many Pods), `template` (when two templates are one).
"""

from kubelab.components.deployment.controller import DeploymentController

__all__ = ["DeploymentController"]
