"""What the containers of a Pod see, as text: a value that is secret only where it was asked for.

container web, running
variables
DB_PASSWORD = ********                  Secret db-login, key password
files
/etc/tls   Secret web-tls
tls.crt  ********
"""

from collections.abc import Iterable, Iterator

from kubelab.api.core.pod import Pod
from kubelab.state.content import MASK, Content
from kubelab.state.inside import InsideContainer, Mount, inside
from kubelab.state.snapshot import View
from kubelab.views.escape import clean

WIDEST = 48
"""How many characters of a value are shown at most, unless everything is asked for."""


def inside_text(view: View, pod: Pod, reveal: bool = False) -> str:
    """What each container of a Pod sees.

    Args:
        view: the cluster.
        pod: the Pod.
        reveal: whether values of Secrets, and tokens, are shown, and long values in full.
    """
    meta = pod.metadata
    where = f" on {pod.spec.node_name}" if pod.spec.node_name else ", not on any node yet"
    lines = [f"Pod {meta.namespace}/{meta.name}{where}"]
    for container in inside(view, pod):
        lines += ["", *_container(container, reveal)]
    hidden = any(_hides(container) for container in inside(view, pod))
    if hidden and not reveal:
        lines += ["", f"{MASK} stands for a value that is secret."]
    return "\n".join(lines)


def _hides(container: InsideContainer) -> bool:
    contents = [each.content for each in container.variables]
    contents += [each.content for mount in container.mounts for each in mount.files]
    return any(content.secret for content in contents)


def _container(container: InsideContainer, reveal: bool) -> Iterator[str]:
    yield f"container {container.name}, {container.state}"
    if container.state == "not started":
        return
    yield "  variables"
    rows = [(f"{each.name} = {_value(each.content, reveal)}", each.content.origin) for each in container.variables]
    yield from _columns(rows, "    ")
    if container.links:
        services = dict.fromkeys(each.content.origin.removeprefix("Service ") for each in container.links)
        if reveal:
            yield from _columns([(f"{e.name} = {e.content.value}", e.content.origin) for e in container.links], "    ")
        else:
            yield f"    and {len(container.links)} for Services: {', '.join(services)}"
    if container.mounts:
        yield "  files"
    for mount in container.mounts:
        yield from _mount(mount, reveal)


def _mount(mount: Mount, reveal: bool) -> Iterator[str]:
    notes = [mount.volume]
    notes += ["a copy, which stays as it is (subPath)"] if mount.copied else []
    notes += ["read-only"] if mount.read_only else []
    yield f"    {mount.path}  {', '.join(notes)}"
    yield from _columns([(each.path, _value(each.content, reveal)) for each in mount.files if each.path], "      ")
    for each in mount.files:
        if not each.path:
            yield f"      {_value(each.content, reveal)}"


def _columns(rows: Iterable[tuple[str, str]], lead: str) -> Iterator[str]:
    rows = list(rows)
    wide = max((len(first) for first, second in rows if second), default=0)
    for first, second in rows:
        yield f"{lead}{first:<{wide}}  {second}".rstrip()


def _value(content: Content, reveal: bool) -> str:
    text = content.text(reveal)
    if "\n" in text:
        first, *others = text.strip("\n").split("\n")
        text = "\\n".join((first, *others)) if reveal else f"{first[:WIDEST]} … ({len(others) + 1} lines)"
    text = clean(text)
    return text if reveal or len(text) <= WIDEST + 14 else f"{text[:WIDEST]}…"
