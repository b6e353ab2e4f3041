"""The data plane: how a packet finds its way, and where it is lost. In the order in which to read it.

- `addresses`: who owns an address.
- `sockets`: what listens at a Pod or a node.
- `routes`: the route table of each node.
- `dns`: what the cluster's DNS answers.
- `policy`: what NetworkPolicies allow.
- `translation`: what kube-proxy's rules make of a packet.
- `places`: what a learner means by the source and the target of a walk.
- `trail`: a walk as data: its hops, and how it ended.
- `node`: what one machine does with a packet.
- `ingress`, `reader`: which rule of an Ingress fits a request; who reads it, and how it goes on.
- `walk`: the whole way, there and back.
- `text`: a walk in words.

Everything is a pure function of a `View`: what is really on the machines (sandboxes, processes, kube-proxy's rules,
lost routes), and what the objects say. Nothing is sent, and nothing changes.

**In Kubernetes:** none of this is one program. It is the kernel of each node as the network plugin, kube-proxy and
the container runtime have set it up; the cluster's DNS; and the network that the machines are in.

**Simplified:** IPv4. A packet is followed, not sent: the walk says what the first packet of a connection and its answer
meet at this moment. What each module leaves out besides is said there.

Nothing is imported here: a fault that removes a route should not have to load the whole data plane.
"""
