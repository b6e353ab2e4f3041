"""The DaemonSet controller: one Pod on every node that it may run on.

Read `controller`, then `nodes`, which says where a Pod belongs and what is wrong on each node, and `rolling`, which
replaces the Pods after a change of the template; `template` makes the Pod of a node.
"""

from kubelab.components.daemonset.controller import DaemonSetController

__all__ = ["DaemonSetController"]
