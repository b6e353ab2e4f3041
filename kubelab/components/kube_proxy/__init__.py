"""kube-proxy, in the order in which to read it.

`proxier` (the loop, and what is written on a machine), `endpoints` (which endpoints a node may choose). How the rules
read that it hands to the kernel is in `kubelab.state.iptables`: they are part of the machine.
"""

from kubelab.components.kube_proxy.proxier import KubeProxy, SyncProxyRules
from kubelab.state.iptables import rules_text

__all__ = ["KubeProxy", "SyncProxyRules", "rules_text"]
