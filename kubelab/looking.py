"""Looking at what is on the machines, on the wires and in etcd, as opposed to what the API server says: the part of
the façade that looks into containers and follows packets.

    print(cluster.inside("pod/web-1"))
    cluster.inside("pod/web-1")["web"].variable("DB_PASSWORD").value
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import attrs

from kubelab.api.core.pod import Pod
from kubelab.dsl.suggest import did_you_mean
from kubelab.errors import UsageError
from kubelab.program import read_key
from kubelab.sim.state import State
from kubelab.state.encryption import etcd_value
from kubelab.state.inside import InsideContainer, inside
from kubelab.state.snapshot import ObjectKey, View

if TYPE_CHECKING:
    from kubelab.network.trail import Walk


@attrs.frozen(repr=False)
class Inside(Mapping[str, InsideContainer]):
    """What the containers of a Pod see, by their names; as text, values of Secrets are masked.

    Attributes:
        containers: the containers, init containers first.
        masked: all of it as text.
        whole: the same with every value.
    """

    containers: tuple[InsideContainer, ...]
    masked: str
    whole: str

    def __getitem__(self, name: str) -> InsideContainer:
        """The container with this name.

        Raises:
            KeyError: the Pod has none.
        """
        for each in self.containers:
            if each.name == name:
                return each
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        """The names of the containers."""
        return iter([each.name for each in self.containers])

    def __len__(self) -> int:
        """How many containers there are."""
        return len(self.containers)

    def __str__(self) -> str:
        return self.masked

    __repr__ = __str__


class Looking(ABC):
    """A cluster whose containers can be looked into."""

    @property
    @abstractmethod
    def state(self) -> State:
        """The state at the cursor."""

    @property
    @abstractmethod
    def view(self) -> View:
        """The cluster at the cursor."""

    def walk(self, source: str, target: str, attempt: int = 0) -> "Walk":
        """Follow a packet from a Pod, a node or the ``internet`` to a Pod, Service, URL or address, and back.

        How source and target are written is told in `kubelab.network.places`. Each attempt to connect takes the next
        one of several endpoints.

        Raises:
            UsageError: there is no such source, or the target cannot be read.
        """
        from kubelab.network.walk import walk

        return walk(self.view, source, target, stopped=self.state.stopped, attempt=attempt)

    def inside(self, target: str) -> Inside:
        """What the containers of a Pod see at the cursor: their variables and files, as they are on the machine.

        Args:
            target: ``pod/web-1``, ``shop/pod/web-1``, or ``web-1`` and ``shop/web-1`` for short.

        Raises:
            UsageError: there is no such Pod.
        """
        from kubelab.views.inside import inside_text

        pod = self._pod(target)
        view = self.view
        return Inside(inside(view, pod), inside_text(view, pod), inside_text(view, pod, reveal=True))

    def etcd_value(self, target: str) -> str:
        """What etcd holds of an object (``secret/db``) at the cursor: its JSON, or the bytes of what is encrypted.

        Raises:
            UsageError: there is no such object.
        """
        key = read_key(target)
        if key not in self.view.snapshot.objects:
            raise UsageError(f"there is no {key}")
        return etcd_value(self.view.snapshot, key)

    def _pod(self, target: str) -> Pod:
        parts = target.split("/")
        if len(parts) == 1 or (len(parts) == 2 and parts[0] not in ("pod", "pods", "po")):
            key = ObjectKey("Pod", parts[0] if len(parts) == 2 else "default", parts[-1])
        else:
            key = read_key(target)
        pod: Pod | None = self.view.find(key) if key.kind == "Pod" else None
        if pod is None:
            known = [f"{each.namespace}/{each.name}" for each in self.view.keys("Pod")]
            hint = did_you_mean(f"{key.namespace}/{key.name}", known)
            what = f"there is no {key}" if key.kind == "Pod" else f"{key} has no containers to look into; name a Pod"
            raise UsageError(what + (f"; {hint}" if hint else ""))
        return pod
