"""The environment of a container: made when it is started, and never changed while it runs.

That is why a Secret that changes reaches a variable only when the container is started again, while it reaches a file
by itself.

**In Kubernetes:** kubelet `kubelet_pods.go` (makeEnvironmentVariables, getServiceEnvVarMap), `pkg/kubelet/envvars`,
`third_party/forked/golang/expansion`.

**Simplified:** a key of a file in a volume (``fileKeyRef``) gives no variable. Variables that the image or the
container runtime brings along (PATH, HOSTNAME) are not here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from kubelab.api.core.container import Container
from kubelab.api.core.env import EnvFromSource, EnvVar
from kubelab.api.core.service import Service
from kubelab.api.memo import IdentityMemo
from kubelab.components.kubelet.facts import container_named, field_value, resource_value
from kubelab.components.kubelet.pod_context import PodContext
from kubelab.state.content import Content, Variable, values_of

_REFERENCE = re.compile(r"\$(?:(\$)|\(([^)]*)\))")
NO_LINKS: tuple[Variable, ...] = ()

_links: "IdentityMemo[dict[tuple[str, bool], tuple[Variable, ...]]]" = IdentityMemo(limit=16)


class UnavailableError(Exception):
    """Why an environment cannot be made, in the kubelet's words."""


def make_environment(ctx: PodContext, container: Container) -> tuple[Variable, ...]:
    """The variables that a container's own spec asks for.

    Raises:
        UnavailableError: a ConfigMap, a Secret or a key of it is not there.
    """
    if not container.env and not container.env_from:
        return ()
    made: dict[str, Content] = {}
    for whole in container.env_from:
        made.update(_all_of(ctx, whole))
    links = {each.name: each.content for each in service_links(ctx)}
    for variable in container.env:
        content = _value(ctx, container, variable, made, links)
        if content is not None:
            made[variable.name] = content
    return tuple(Variable(name=name, content=content) for name, content in made.items())


def _all_of(ctx: PodContext, whole: EnvFromSource) -> Iterator[tuple[str, Content]]:
    for kind, reference in (("ConfigMap", whole.config_map_ref), ("Secret", whole.secret_ref)):
        if reference is None:
            continue
        source = ctx.view.get(kind, ctx.key.namespace, reference.name)
        if source is None:
            if not reference.optional:
                raise UnavailableError(f'{kind.lower()} "{reference.name}" not found')
            continue
        for key, content in values_of(source).items():
            if kind == "Secret" or key in source.data:
                yield f"{whole.prefix}{key}", content


def _value(
    ctx: PodContext,
    container: Container,
    variable: EnvVar,
    made: Mapping[str, Content],
    links: Mapping[str, Content],
) -> Content | None:
    """What a variable holds; None if what it refers to is optional and not there."""
    origin = variable.value_from
    if variable.value or origin is None:
        return expand(variable.value, made, links)
    if origin.field_ref is not None:
        path = origin.field_ref.field_path
        return Content(value=field_value(ctx, path), origin=f"field {path}")
    if origin.resource_field_ref is not None:
        asked = origin.resource_field_ref
        whose = container_named(ctx, asked.container_name) or container
        return Content(value=resource_value(ctx, asked, whose), origin=f"resource {asked.resource}")
    for kind, pick in (("ConfigMap", origin.config_map_key_ref), ("Secret", origin.secret_key_ref)):
        if pick is None:
            continue
        source = ctx.view.get(kind, ctx.key.namespace, pick.name)
        if source is not None and pick.key in source.data:
            return values_of(source)[pick.key]
        if pick.optional:
            return None
        if source is None:
            raise UnavailableError(f'{kind.lower()} "{pick.name}" not found')
        raise UnavailableError(f"couldn't find key {pick.key} in {kind} {ctx.key.namespace}/{pick.name}")
    return None


def expand(text: str, *known: Mapping[str, Content]) -> Content:
    """A text in which ``$(NAME)`` stands for a variable made before; ``$$`` is one ``$``.

    What holds a secret value is secret, too.
    """
    used: list[Content] = []

    def replaced(found: re.Match[str]) -> str:
        if found[1]:
            return "$"
        content = next((each[found[2]] for each in known if found[2] in each), None)
        if content is None:
            return found[0]
        used.append(content)
        return content.value

    value = _REFERENCE.sub(replaced, text)
    secret = [each for each in used if each.secret]
    return Content(value=value, origin=secret[0].origin if secret else "", secret=bool(secret))


def service_links(ctx: PodContext) -> tuple[Variable, ...]:
    """The variables by which containers find the API server, and the Services of their Namespace.

    They are worked out once for all Pods of a Namespace, as long as no Service changes.
    """
    services = ctx.view.snapshot.services
    known = _links.get(services)
    if known is None:
        known = _links.put(services, {})
    mark = (ctx.key.namespace, ctx.pod.spec.enable_service_links is not False)
    found = known.get(mark)
    if found is None:
        found = known[mark] = tuple(_links_of(_visible(ctx, *mark)))
    return found


def _visible(ctx: PodContext, namespace: str, all_of_them: bool) -> Iterator[Service]:
    own = {each.metadata.name: each for each in ctx.view.list("Service", namespace)} if all_of_them else {}
    master = ctx.view.get("Service", "default", "kubernetes")
    if master is not None:
        own["kubernetes"] = master
    for name in sorted(own):
        if own[name].spec.cluster_ip not in ("", "None"):
            yield own[name]


def _links_of(services: Iterable[Service]) -> Iterator[Variable]:
    for service in services:
        address, ports = service.spec.cluster_ip, service.spec.ports
        origin = f"Service {service.metadata.name}"
        prefix = service.metadata.name.replace("-", "_").upper()
        said = {f"{prefix}_SERVICE_HOST": address}
        for number, port in enumerate(ports):
            protocol = port.protocol or "TCP"
            url = f"{protocol.lower()}://{address}:{port.port}"
            if number == 0:
                said[f"{prefix}_SERVICE_PORT"] = str(port.port)
                said[f"{prefix}_PORT"] = url
            if port.name:
                said[f"{prefix}_SERVICE_PORT_{port.name.replace('-', '_').upper()}"] = str(port.port)
            lead = f"{prefix}_PORT_{port.port}_{protocol.upper()}"
            said |= {lead: url, f"{lead}_PROTO": protocol.lower(), f"{lead}_PORT": str(port.port)}
            said[f"{lead}_ADDR"] = address
        for name, text in said.items():
            yield Variable(name=name, content=Content(value=text, origin=origin))
