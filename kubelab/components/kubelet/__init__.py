"""kubelet, in the order in which to read it.

`kubelet` (the way of a Pod), `actions` (what is to be done with its containers), `runtime` (how that is asked for),
`pod_status` (what is reported), then `probes`, `images`, `volumes`, `stopping`, `admission`; and `node_status`.
"""

from kubelab.components.kubelet.kubelet import Kubelet

__all__ = ["Kubelet"]
