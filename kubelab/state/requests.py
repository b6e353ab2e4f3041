"""What a component (or a person) may ask for. Components return these; nobody else carries them out than
the API server, or, for a `MachineRequest`, the machine it names, and for a `CloudRequest`, the cloud.

Every request says why: `reason` is the CamelCase word of the real Event, `message` a sentence for the learner.
`events` are the Kubernetes Events that the real component would record with it.

Source: the verbs of the Kubernetes API; client-go's `record.EventRecorder`; the container runtime interface.
"""

from typing import ClassVar

import attrs

from kubelab.api.scalars import Json
from kubelab.state.cloud import Cloud
from kubelab.state.machine import Machine
from kubelab.state.snapshot import Object, ObjectKey, key_of


@attrs.frozen(slots=True)
class EventNote:
    """An Event to be recorded.

    Attributes:
        regarding: the object it is about.
        reason: the CamelCase word.
        message: the sentence, exactly as the real component writes it.
        type: ``Normal`` or ``Warning``.
        component: the source component (``default-scheduler``, ``kubelet``); "" means the name of the actor.
        host: the node of the source, or "".
        uid: the uid of the object, or "" for that of the object as it is now.
        field_path: the part of the object that it is about (``spec.containers{web}``), or "" for all of it.
    """

    regarding: ObjectKey
    reason: str
    message: str
    type: str = "Normal"
    component: str = ""
    host: str = ""
    uid: str = ""
    field_path: str = ""


@attrs.frozen(slots=True, kw_only=True)
class Request:
    """Anything that can be asked for: see the subclasses.

    Attributes:
        reason: why, as the CamelCase word of the real Event.
        message: why, as one sentence for the learner: who did what to which object, and because of what.
        events: the Events to be recorded when the request is carried out.
    """

    verb: ClassVar[str] = ""
    reason: str = ""
    message: str = ""
    events: tuple[EventNote, ...] = ()

    @property
    def key(self) -> ObjectKey:
        """The object that the request is about."""
        raise LookupError("this request is about no object")


@attrs.frozen(slots=True, kw_only=True)
class Create(Request):
    """Create an object; its name may be left to the API server (`generate_name`).

    In that case ``{name}`` stands for the name it gets, in `message` and in the messages of `events`.

    Attributes:
        object: the object.
        manager: who creates it, as in ``managedFields``; "" means the actor.
    """

    verb: ClassVar[str] = "create"
    object: Object
    manager: str = ""

    @property
    def key(self) -> ObjectKey:
        """The object to be created; its name is "" while the API server has not made one."""
        return key_of(self.object)


@attrs.frozen(slots=True, kw_only=True)
class Update(Request):
    """Replace an object (or one subresource of it) by this version of it.

    With a `resource_version` in its metadata it is refused (409) when the object has changed since; without
    one it replaces whatever is there.

    Attributes:
        object: the new version, whole.
        subresource: "" for the object without its status, ``status``, or ``scale``.
        manager: who replaces it, as in ``managedFields``; "" means the actor.
    """

    verb: ClassVar[str] = "update"
    object: Object
    subresource: str = ""
    manager: str = ""

    @property
    def key(self) -> ObjectKey:
        """The object to be replaced."""
        return key_of(self.object)


@attrs.frozen(slots=True, kw_only=True)
class Patch(Request):
    """Change an object by a document that says only what is to be different.

    Attributes:
        target: which object.
        type: ``json`` (RFC 6902), ``merge`` (RFC 7386), ``strategic``, or ``apply`` (server-side apply).
        body: the patch, parsed, as `kubelab.api.decode.freeze` makes it: nobody can change it.
        subresource: the door: "" for the object without its status, ``status``, ``finalize``, ``scale``.
        manager: who patches, as in ``managedFields``; "" means the actor.
        force: for ``apply``: take over fields that others own.
        validation: what becomes of unknown fields: ``Strict`` (refused), ``Warn`` or ``Ignore`` (dropped).
    """

    verb: ClassVar[str] = "patch"
    target: ObjectKey
    type: str
    body: Json
    subresource: str = ""
    manager: str = ""
    force: bool = False
    validation: str = "Strict"

    @property
    def key(self) -> ObjectKey:
        """The object to be patched."""
        return self.target


@attrs.frozen(slots=True, kw_only=True)
class Apply(Request):
    """Make an object be as `object` says, and leave alone what it does not say (declarative apply).

    Fields that this manager applied before and leaves out now are removed. Lists are merged by their merge key.

    Attributes:
        object: the wanted state; only the fields that are set count.
        manager: who applies, as in ``managedFields``.
    """

    verb: ClassVar[str] = "apply"
    object: Object
    manager: str = "kubelab"

    @property
    def key(self) -> ObjectKey:
        """The object to be applied."""
        return key_of(self.object)


@attrs.frozen(slots=True, kw_only=True)
class Delete(Request):
    """Delete an object.

    Attributes:
        target: which object.
        propagation: ``Background``, ``Foreground``, ``Orphan``, or "" for the kind's default.
        grace_seconds: the grace period of a Pod, or None for the Pod's own; 0 removes it at once.
        uid: refused (409) when the object has another uid, unless "".
        resource_version: refused (409) when the object has another one, unless "".
    """

    verb: ClassVar[str] = "delete"
    target: ObjectKey
    propagation: str = ""
    grace_seconds: int | None = None
    uid: str = ""
    resource_version: str = ""

    @property
    def key(self) -> ObjectKey:
        """The object to be deleted."""
        return self.target


@attrs.frozen(slots=True, kw_only=True)
class Bind(Request):
    """Bind a Pod to a node (the ``binding`` subresource): the scheduler's decision.

    Attributes:
        target: the Pod.
        node: the name of the node.
        uid: refused (409) when the Pod has another uid, unless "".
    """

    verb: ClassVar[str] = "bind"
    target: ObjectKey
    node: str
    uid: str = ""

    @property
    def key(self) -> ObjectKey:
        """The Pod to be bound."""
        return self.target


@attrs.frozen(slots=True, kw_only=True)
class Evict(Request):
    """Evict a Pod (the ``eviction`` subresource): delete it, if its PodDisruptionBudget allows that now.

    Attributes:
        target: the Pod.
        grace_seconds: its grace period, or None for the Pod's own.
        propagation: as for `Delete`.
        uid: refused (409) when the Pod has another uid, unless "".
        resource_version: refused (409) when the Pod has another one, unless "".
    """

    verb: ClassVar[str] = "evict"
    target: ObjectKey
    grace_seconds: int | None = None
    propagation: str = ""
    uid: str = ""
    resource_version: str = ""

    @property
    def key(self) -> ObjectKey:
        """The Pod to be evicted."""
        return self.target


@attrs.frozen(slots=True, kw_only=True)
class Record(Request):
    """Record Events about an object and change nothing else.

    Attributes:
        target: the object that the step is about.
    """

    verb: ClassVar[str] = "record"
    target: ObjectKey

    @property
    def key(self) -> ObjectKey:
        """The object that the Events are about."""
        return self.target


@attrs.frozen(slots=True, kw_only=True)
class MachineRequest(Request):
    """Something that the kubelet, its runtime or kube-proxy does on its own machine, past the API server.

    A subclass says what by `apply`, a pure function of the machine and the time.

    Attributes:
        node: the name of the machine's node.
        target: the object it is about (the Pod, the Service).
    """

    verb: ClassVar[str] = "run"
    node: str
    target: ObjectKey

    @property
    def key(self) -> ObjectKey:
        """The object that it is about."""
        return self.target

    def shown(self, machine: Machine) -> object | None:
        """The part of a machine that the request is about, so that a step shows what changed there."""
        return machine

    def apply(self, machine: Machine, now: int) -> Machine:
        """The machine afterwards; `now` is in microseconds since 1970."""
        raise LookupError("a MachineRequest says by its subclass what it does")


@attrs.frozen(slots=True, kw_only=True)
class CloudRequest(Request):
    """A call to the cloud's API, past the API server.

    A subclass says what by `apply`, a pure function of the cloud and the time.

    Attributes:
        target: the object it is about (the Service, the Node).
    """

    verb: ClassVar[str] = "run"
    target: ObjectKey

    @property
    def key(self) -> ObjectKey:
        """The object that it is about."""
        return self.target

    def shown(self, cloud: Cloud) -> object | None:
        """The part of the cloud that the call is about, so that a step shows what changed there."""
        return cloud

    def apply(self, cloud: Cloud, now: int) -> Cloud:
        """The cloud afterwards; `now` is in microseconds since 1970.

        Raises:
            StatusError: the cloud refuses the call.
        """
        raise LookupError("a CloudRequest says by its subclass what it does")


@attrs.frozen(slots=True, kw_only=True)
class Requeue:
    """Look at the same key again at a later time. It is no request: nothing is asked of anybody.

    Attributes:
        at: when, in microseconds since 1970.
        recurring: whether this goes on for ever (a retry, a poll): it does not keep a cluster from settling.
    """

    at: int
    recurring: bool = False
