"""One machine with its kubelet, and nobody else in the cluster: what the tests of the kubelet share."""

import attrs

from kubelab.api.manifest import load
from kubelab.components.kubelet import Kubelet
from kubelab.sim.boot import boot
from kubelab.sim.engine import Engine
from kubelab.state.requests import Create, Delete
from kubelab.state.snapshot import ObjectKey

START = 1_767_225_600_000_000
SECOND = 1_000_000
WEB = ObjectKey("Pod", "shop", "web")
BASE = """
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: default, namespace: shop}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: kube-root-ca.crt, namespace: shop}
data: {ca.crt: "-"}
"""
NODE = """
apiVersion: v1
kind: Node
metadata: {name: worker-1}
spec: {podCIDR: 10.244.7.0/24, podCIDRs: [10.244.7.0/24]}
"""


class Room:
    """One machine with its kubelet, and nobody else in the cluster."""

    def __init__(self, node=NODE):
        self.engine = Engine((Kubelet(),))
        self.state = boot(self.engine, load(node))
        self.log = []
        self.submit(BASE)

    def submit(self, text):
        for obj in load(text):
            self.state = self.engine.submit(self.state, Create(object=obj))

    def pod(self, spec, name="web", annotations=None, node="worker-1"):
        notes = "".join(f'    kubelab/{key}: "{value}"\n' for key, value in (annotations or {}).items())
        body = "\n".join(f"  {line}" for line in spec.strip().splitlines())
        self.submit(
            f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  namespace: shop\n"
            + (f"  annotations:\n{notes}" if notes else "")
            + f"spec:\n  nodeName: {node}\n{body}\n"
        )
        return self

    def delete(self, name="web", **options):
        self.state = self.engine.submit(self.state, Delete(target=ObjectKey("Pod", "shop", name), **options))
        return self

    def run(self, seconds=None):
        """Until nothing more happens by itself; with `seconds`, for so long, retries included."""
        until = None if seconds is None else self.state.now + round(seconds * SECOND)
        while until is not None or not self.engine.settled(self.state):
            action = self.engine.first(self.state)
            if action is None or (until is not None and action.kind == "tick" and action.at > until):
                break
            steps = self.state.steps
            self.state = self.engine.perform(self.state, action)
            if self.state.steps != steps:
                self.log.append(self.state.transition)
        if until is not None:
            self.state = attrs.evolve(self.state, now=until)
        return self

    def wanted(self, key=WEB):
        return Kubelet().reconcile_on(self.state.view, "worker-1", key)

    def get(self, name="web"):
        return self.state.view.get("Pod", "shop", name)

    @property
    def machine(self):
        return self.state.view.machine("worker-1")

    def steps(self, name="web"):
        return [(t.verb, t.reason) for t in self.log if t.key.kind == "Pod" and t.key.name == name]

    def events(self, name="web"):
        held = self.state.view.events(ObjectKey("Pod", "shop", name))
        return [(e.type[0], e.reason, e.message.replace(self.get_uid(e), "UID")) for e in held]

    def events_about(self, reason, name="web"):
        return [e for e in self.state.view.events(ObjectKey("Pod", "shop", name)) if e.reason == reason]

    @staticmethod
    def get_uid(event):
        return event.uid or "-"

    def waiting(self, name="web"):
        status = self.get(name).status
        return [s.state.waiting and s.state.waiting.reason for s in status.container_statuses]

    def condition(self, type, name="web"):
        return next(c for c in self.get(name).status.conditions if c.type == type)

    def age(self, moment):
        return (moment - START) / SECOND


def nginx(image="nginx:1.27", extra=""):
    return f"containers:\n- name: nginx\n  image: {image}\n{extra}"
