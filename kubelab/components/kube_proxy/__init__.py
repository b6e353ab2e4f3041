"""kube-proxy, in the order in which to read it.

`proxier` (the loop, and what is written on a machine), `endpoints` (which endpoints a node may choose), `iptables`
(the rules as kube-proxy hands them to the kernel).
"""

from kubelab.components.kube_proxy.iptables import rules_text
from kubelab.components.kube_proxy.proxier import KubeProxy, SyncProxyRules

__all__ = ["KubeProxy", "SyncProxyRules", "rules_text"]
