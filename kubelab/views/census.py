"""Who appears in a film: every object that is drawn at some time, where it was, and what it was tied to.

A film is laid out once for all its steps. This module walks its transitions, from the first state to the last (and on
into a future that is known already), and writes down every object, every place a Pod had and every tie, so that the
layout can keep a place for each of them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from kubelab.api.custom import CustomResource
from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import Object, ObjectKey, View, controller_of, key_of
from kubelab.state.vocabulary import vocabulary_of
from kubelab.views.faces import NETWORK, WORKLOADS

SERVICE_NAME = "kubernetes.io/service-name"
"""The label by which an EndpointSlice names its Service."""

SYSTEM_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")

KINDS = ("Namespace", "Node", *WORKLOADS, *NETWORK, "EndpointSlice", "Pod")
"""The kinds that a picture of the cluster shows, or needs to know, besides those that the cluster has learnt."""

NOWHERE = ""
"""The place of a Pod that is bound to no node."""


@attrs.frozen
class Move:
    """A Pod comes to a place, or leaves it.

    Attributes:
        index: after which transition.
        pod: which Pod.
        owner: its controller then, or None.
        place: the name of its node, or `NOWHERE`; None when it is gone.
    """

    index: int
    pod: ObjectKey
    owner: ObjectKey | None
    place: str | None


@attrs.define
class Census:
    """What a film shows.

    Attributes:
        namespaces: the namespaces, as they appear.
        nodes: the names of the nodes.
        objects: the workloads, Services, Ingresses and objects of learnt kinds, as they appear.
        moves: every coming and going of a Pod, in order.
        owners: for each object that is owned: its controllers, one after another.
        selectors: for each Service: its selectors, one after another.
        targets: for each Service: the Pods that its EndpointSlices name.
        labels: for each Pod: its labels, one after another.
        routes: for each Ingress: the Services it names.
        wanted: workloads that asked for Pods, or had some, or changed, at some time.
        pods: where each Pod is now, while the census is taken.
    """

    namespaces: dict[str, None] = attrs.field(factory=dict)
    nodes: dict[str, None] = attrs.field(factory=dict)
    objects: dict[ObjectKey, None] = attrs.field(factory=dict)
    moves: list[Move] = attrs.field(factory=list)
    owners: dict[ObjectKey, dict[ObjectKey, None]] = attrs.field(factory=dict)
    selectors: dict[ObjectKey, dict[Any, None]] = attrs.field(factory=dict)
    targets: dict[ObjectKey, dict[ObjectKey, None]] = attrs.field(factory=dict)
    labels: dict[ObjectKey, dict[Any, None]] = attrs.field(factory=dict)
    routes: dict[ObjectKey, dict[ObjectKey, None]] = attrs.field(factory=dict)
    wanted: set[ObjectKey] = attrs.field(factory=set)
    pods: dict[ObjectKey, tuple[str, ObjectKey | None]] = attrs.field(factory=dict)

    def see(self, obj: Object, index: int, changed: bool) -> None:
        """Write down an object as it is after the transition `index`."""
        kind, key = obj.kind, key_of(obj)
        if kind == "Pod":
            self._see_pod(obj, key, index)
        elif kind == "Node":
            self.nodes.setdefault(key.name)
        elif kind == "Namespace":
            self.namespaces.setdefault(key.name)
        elif kind == "EndpointSlice":
            self._see_slice(obj, key)
        elif isinstance(obj, CustomResource):
            if key.namespace:
                self.objects.setdefault(key)
                self.wanted.add(key)
        elif kind in WORKLOADS or kind in NETWORK:
            if key == ObjectKey("Service", "default", "kubernetes"):
                return
            self.objects.setdefault(key)
            self._see_owner(obj, key)
            if changed or _has_pods(obj):
                self.wanted.add(key)
            if kind == "Service":
                self.selectors.setdefault(key, {}).setdefault(frozenset(obj.spec.selector.items()))
            elif kind == "Ingress":
                named = self.routes.setdefault(key, {})
                for service in services_of(obj):
                    named.setdefault(service)

    def _see_owner(self, obj: Object, key: ObjectKey) -> ObjectKey | None:
        reference = controller_of(obj.metadata)
        if reference is None:
            return None
        owner = ObjectKey(reference.kind, key.namespace, reference.name)
        self.owners.setdefault(key, {}).setdefault(owner)
        return owner

    def _see_pod(self, obj: Object, key: ObjectKey, index: int) -> None:
        owner = self._see_owner(obj, key)
        self.labels.setdefault(key, {}).setdefault(obj.metadata.labels)
        place = obj.spec.node_name
        if self.pods.get(key) != (place, owner):
            self.pods[key] = (place, owner)
            self.moves.append(Move(index, key, owner, place))

    def _see_slice(self, obj: Object, key: ObjectKey) -> None:
        name = obj.metadata.labels.get(SERVICE_NAME, "")
        service = ObjectKey("Service", key.namespace, name)
        named = self.targets.setdefault(service, {})
        for endpoint in obj.endpoints:
            target = endpoint.target_ref
            if target is not None and target.kind == "Pod":
                named.setdefault(ObjectKey("Pod", key.namespace, target.name))

    def lose(self, key: ObjectKey, index: int) -> None:
        """Write down that an object is gone after the transition `index`."""
        if key.kind == "Pod" and key in self.pods:
            _, owner = self.pods.pop(key)
            self.moves.append(Move(index, key, owner, None))

    def follow(self, transitions: Iterable[Transition]) -> None:
        """Write down what transitions did, one after another."""
        for transition in transitions:
            if transition.error is not None or transition.verb in ("run", "fault"):
                continue
            if transition.key.kind not in KINDS and not isinstance(transition.after, CustomResource):
                continue
            if transition.after is not None:
                self.see(transition.after, transition.index, True)
            elif transition.before is not None:
                self.lose(transition.key, transition.index)


def _has_pods(obj: Object) -> bool:
    if obj.kind != "ReplicaSet":
        return True
    return obj.spec.replicas != 0 or obj.status.replicas != 0 or controller_of(obj.metadata) is None


def services_of(ingress: Object) -> list[ObjectKey]:
    """The Services that an Ingress names, in order."""
    spec, namespace = ingress.spec, ingress.metadata.namespace
    backends = [spec.default_backend] if spec.default_backend is not None else []
    for rule in spec.rules:
        if rule.http is not None:
            backends += [path.backend for path in rule.http.paths]
    named = dict.fromkeys(b.service.name for b in backends if b is not None and b.service is not None)
    return [ObjectKey("Service", namespace, name) for name in named]


def take(timeline: Timeline, first: int, last: int, future: Sequence[Transition] = ()) -> Census:
    """The census of the steps `first` to `last`, and of transitions that are known to follow.

    What the transition `first` removed is in it too, since its frame still shows it leaving.
    """
    census = Census()
    start = max(first - 1, 0)
    see_all(census, timeline.view(start), start)
    census.follow(timeline.transitions[start:last])
    census.follow(future)
    return census


def see_all(census: Census, view: View, index: int) -> None:
    """Write down every object there is."""
    for kind in (*KINDS, *(kind.kind for kind in vocabulary_of(view.snapshot).learnt)):
        for obj in view.list(kind):
            census.see(obj, index, False)
