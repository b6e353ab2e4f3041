"""Which Ingress controller an Ingress is for: by its class, or by the annotation that is older than classes.

Source: `k8s.io/api/networking/v1` (IngressClass), and what all Ingress controllers have in common.
"""

from kubelab.api.networking import Ingress, IngressClass
from kubelab.state.snapshot import View

ANNOTATION = "kubernetes.io/ingress.class"
"""The annotation that names the class of an Ingress without ``spec.ingressClassName``."""

DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class"
"""The annotation of the IngressClass that Ingresses get which name none."""


def class_name(ingress: Ingress) -> str:
    """The name of the class that an Ingress asks for, or ""."""
    named = ingress.spec.ingress_class_name
    return named if named is not None else ingress.metadata.annotations.get(ANNOTATION, "")


def class_of(view: View, ingress: Ingress) -> IngressClass | None:
    """The class of an Ingress, or None where it names none, or one that does not exist."""
    name = class_name(ingress)
    found: IngressClass | None = view.get("IngressClass", "", name) if name else None
    return found


def is_for(view: View, ingress: Ingress, controller: str) -> bool:
    """Whether an Ingress is for a controller, given as classes name it: ``k8s.io/ingress-nginx``."""
    found = class_of(view, ingress)
    return found is not None and found.spec.controller == controller
