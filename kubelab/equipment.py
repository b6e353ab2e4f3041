"""What a cluster is equipped with besides its nodes: components, a cloud, Ingress controllers.

All of it is there from the start of the cluster: a program that wants more needs a new one.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from kubelab.api.registry import Registry
from kubelab.dsl import Program, render
from kubelab.errors import Mistake, SourceError
from kubelab.sim.boot import boot
from kubelab.sim.engine import Engine
from kubelab.sim.state import EPOCH, State


@attrs.frozen
class Equipment:
    """What runs in a cluster, and where its machines are.

    Attributes:
        components: what runs in every case; None means `kubelab.components.CONTROL_PLANE`.
        cloud: whether the machines are in a cloud, so that there is a cloud-controller-manager.
        ingress: the names of the Ingress controllers, such as ``nginx``.
        registries: the registries that ask for credentials.
        encrypted: the resources that lie encrypted in etcd.
    """

    components: Sequence[Any] | None = None
    cloud: bool = False
    ingress: tuple[str, ...] = ()
    registries: tuple[Registry, ...] = ()
    encrypted: tuple[str, ...] = ()

    def engine(self) -> Engine:
        """An engine that runs all of it.

        Raises:
            UsageError: there is no such Ingress controller, or it needs a cloud.
        """
        from kubelab.components import CONTROL_PLANE
        from kubelab.components.attachdetach import AttachDetachController
        from kubelab.components.cloud_controller_manager import CLOUD_CONTROLLER_MANAGER
        from kubelab.components.csi_attacher import CsiAttacher
        from kubelab.components.ingress import ingress_controllers

        components = CONTROL_PLANE if self.components is None else self.components
        cloud = (*CLOUD_CONTROLLER_MANAGER, AttachDetachController(), CsiAttacher()) if self.cloud else ()
        return Engine((*components, *cloud, *ingress_controllers(self.ingress, self.cloud)))

    def joined(self, program: Program) -> "Equipment":
        """This and what a program asks for besides."""
        ingress = tuple(dict.fromkeys((*self.ingress, *program.ingress)))
        registries = tuple(dict.fromkeys((*self.registries, *program.registries)))
        encrypted = tuple(dict.fromkeys((*self.encrypted, *program.encrypted)))
        cloud = self.cloud or program.cloud
        return attrs.evolve(self, cloud=cloud, ingress=ingress, registries=registries, encrypted=encrypted)

    @property
    def outside(self) -> tuple[bool, tuple[Registry, ...], tuple[str, ...]]:
        """What is there besides components, as `boot` takes it: the cloud, the registries, what is encrypted."""
        return self.cloud, self.registries, self.encrypted

    @property
    def wishes(self) -> dict[str, Any]:
        """The arguments with which a Cluster is equipped so; its components are not among them."""
        return {
            "cloud": self.cloud,
            "ingress": self.ingress,
            "registries": self.registries,
            "encrypted": self.encrypted,
        }

    def boot(self, engine: Engine, nodes: Sequence[Any], limit: int) -> State:
        """The state of a fresh cluster that is equipped so."""
        return boot(engine, nodes, EPOCH, limit, *self.outside)

    def unserved(self, objects: Iterable[Any], told: set[str]) -> tuple[str, ...]:
        """What nothing acts on for want of equipment; what is in `told` is left out, what is new is added to it."""
        lacking = {
            "no Ingress controller runs in this cluster, as `cluster { ingress nginx }` would have it": (
                not self.ingress and any(obj.kind == "Ingress" for obj in objects)
            ),
            "no registry asks for credentials, as `cluster { registry HOST user U password P }` would have it": (
                not self.registries and any(map(_pulls_by_secret, objects))
            ),
        }
        notes = tuple(note for note, lacks in lacking.items() if lacks and note not in told)
        told.update(notes)
        return notes

    def check(self, program: Program) -> None:
        """Make sure that a cluster that runs has all that a program asks for.

        Raises:
            SourceError: it has not, and it is too late for it.
        """
        missing = ["cloud"] if program.cloud and not self.cloud else []
        missing += [f"registry {each.host}" for each in program.registries if each not in self.registries]
        missing += [f"encryption of {name}" for name in program.encrypted if name not in self.encrypted]
        missing += [f"ingress {name}" for name in program.ingress if name not in self.ingress]
        if missing:
            hint = "a cluster is equipped when it starts: begin a new one with this program"
            mistakes = [
                Mistake(f"this cluster runs already, without {what}", None, hint, code="too-late") for what in missing
            ]
            raise SourceError(mistakes, render(mistakes, program.text, program.source))


def _pulls_by_secret(obj: Any) -> bool:
    """Whether an object names credentials for pulling images: a ServiceAccount, a Pod, or what makes Pods."""
    if obj.kind == "ServiceAccount":
        return bool(obj.image_pull_secrets)
    spec = getattr(obj, "spec", None)
    spec = getattr(getattr(spec, "job_template", None), "spec", spec)
    spec = getattr(getattr(spec, "template", None), "spec", spec)
    return bool(getattr(spec, "image_pull_secrets", ()))
