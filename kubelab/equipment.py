"""What a cluster is equipped with besides its nodes: components, a cloud, Ingress controllers.

All of it is there from the start of the cluster: a program that wants more needs a new one.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from kubelab.dsl import Program, render
from kubelab.errors import Mistake, SourceError
from kubelab.sim.engine import Engine


@attrs.frozen
class Equipment:
    """What runs in a cluster, and where its machines are.

    Attributes:
        components: what runs in every case; None means `kubelab.components.CONTROL_PLANE`.
        cloud: whether the machines are in a cloud, so that there is a cloud-controller-manager.
        ingress: the names of the Ingress controllers, such as ``nginx``.
    """

    components: Sequence[Any] | None = None
    cloud: bool = False
    ingress: tuple[str, ...] = ()

    def engine(self) -> Engine:
        """An engine that runs all of it.

        Raises:
            UsageError: there is no such Ingress controller, or it needs a cloud.
        """
        from kubelab.components import CONTROL_PLANE
        from kubelab.components.cloud_controller_manager import CLOUD_CONTROLLER_MANAGER
        from kubelab.components.ingress import ingress_controllers

        components = CONTROL_PLANE if self.components is None else self.components
        cloud = CLOUD_CONTROLLER_MANAGER if self.cloud else ()
        return Engine((*components, *cloud, *ingress_controllers(self.ingress, self.cloud)))

    def joined(self, program: Program) -> "Equipment":
        """This and what a program asks for besides."""
        ingress = tuple(dict.fromkeys((*self.ingress, *program.ingress)))
        return attrs.evolve(self, cloud=self.cloud or program.cloud, ingress=ingress)

    def unserved(self, objects: Iterable[Any], told: set[str]) -> tuple[str, ...]:
        """What nothing acts on for want of equipment; what is in `told` is left out, what is new is added to it."""
        mark = "Ingress without controller"
        if self.ingress or mark in told or not any(obj.kind == "Ingress" for obj in objects):
            return ()
        told.add(mark)
        return ("no Ingress controller runs in this cluster, as `cluster { ingress nginx }` would have it",)

    def check(self, program: Program) -> None:
        """Make sure that a cluster that runs has all that a program asks for.

        Raises:
            SourceError: it has not, and it is too late for it.
        """
        missing = ["cloud"] if program.cloud and not self.cloud else []
        missing += [f"ingress {name}" for name in program.ingress if name not in self.ingress]
        if missing:
            hint = "a cluster is equipped when it starts: begin a new one with this program"
            mistakes = [
                Mistake(f"this cluster runs already, without {what}", None, hint, code="too-late") for what in missing
            ]
            raise SourceError(mistakes, render(mistakes, program.text, program.source))
