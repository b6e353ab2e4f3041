"""What is expected to become of a cluster, as data: `expect 3 pods app=web Running`.

The language reads expectations (`kubelab.dsl`), the simulation judges them (`kubelab.sim.conditions`).
"""

import attrs

from kubelab.errors import Span

MODES = ("expect", "always", "eventually", "never")
"""At the end of the run, at every step of it, at some step of it, at no step of it."""


@attrs.frozen
class Comparison:
    """A field of an object compared with a value.

    Attributes:
        path: the field in Kubernetes' notation, such as ``status.readyReplicas``
            or ``status.conditions[Ready].status``.
        operator: ``==``, ``!=``, ``<``, ``<=``, ``>`` or ``>=``.
        value: what it is compared with, as written.
    """

    path: str
    operator: str
    value: str

    def __str__(self) -> str:
        return f".{self.path} {self.operator} {self.value}"


@attrs.frozen(kw_only=True)
class Expectation:
    """Something that should hold of a cluster.

    Attributes:
        mode: one of `MODES`.
        relation: ``exactly``, ``at least`` or ``at most`` `count` objects; ``all`` of those selected, and at least one;
            ``some``: at least one.
        count: the number, where the relation needs one.
        kind: the kind of the objects, such as ``Pod``.
        namespace: where they are, or None for every namespace.
        name: the name of the one object, or "".
        selector: a label selector in kubectl's notation, or "".
        conditions: words that must hold of each: a condition (``Ready``), a phase (``Running``) or the reason of a
            container's state (``CrashLoopBackOff``).
        refused: words that must not hold.
        comparisons: fields of each, compared with values.
        node: the node that they are on, or "".
        within: for how many seconds of virtual time one may wait, or None.
        text: the expectation as it was written, for messages.
        span: where it was written.
    """

    mode: str = "expect"
    relation: str = "all"
    count: int = 0
    kind: str
    namespace: str | None = None
    name: str = ""
    selector: str = ""
    conditions: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    node: str = ""
    within: float | None = None
    text: str = ""
    span: Span | None = attrs.field(default=None, eq=False)

    def __str__(self) -> str:
        return self.text
