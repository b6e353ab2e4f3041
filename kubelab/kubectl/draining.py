"""Which Pods of a node may be evicted, and evicting them as far as the PodDisruptionBudgets allow.

Source: kubectl `pkg/drain` (``filters.go``, ``drain.go``), `pkg/cmd/drain`.
"""

from collections.abc import Callable

import attrs

from kubelab.api.scheme import by_kind
from kubelab.errors import StatusError
from kubelab.kubectl.answer import Failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.going_on import LONGEST, views
from kubelab.kubectl.resources import Info, labels_of
from kubelab.state.snapshot import SECOND, Object, ObjectKey, controller_of, key_of

MIRROR = "kubernetes.io/config.mirror"
AGAIN_SECONDS = 5
"""How long kubectl waits before it asks again where a budget does not allow an eviction."""


@attrs.frozen
class Opinion:
    """What one rule says of a Pod: whether it goes, and a warning, or an error that keeps the whole node."""

    goes: bool
    warning: str = ""
    error: str = ""


def _daemon_set(call: Call, pod: Object) -> Opinion | None:
    owner = controller_of(pod.metadata)
    if owner is None or owner.kind != "DaemonSet" or pod.status.phase in ("Succeeded", "Failed"):
        return None
    if call.client.view.get("DaemonSet", pod.metadata.namespace, owner.name) is None:
        return (
            Opinion(True) if call.said["force"] else Opinion(False, error=f'daemonsets.apps "{owner.name}" not found')
        )
    if not call.said["ignore-daemonsets"]:
        return Opinion(False, error="cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)")
    return Opinion(False, warning="ignoring DaemonSet-managed Pods")


def _mirror(call: Call, pod: Object) -> Opinion | None:
    return Opinion(False) if MIRROR in pod.metadata.annotations else None


def _local_storage(call: Call, pod: Object) -> Opinion | None:
    if pod.status.phase in ("Succeeded", "Failed") or not any(v.empty_dir is not None for v in pod.spec.volumes):
        return None
    if not call.said["delete-emptydir-data"]:
        return Opinion(False, error="cannot delete Pods with local storage (use --delete-emptydir-data to override)")
    return Opinion(True, warning="deleting Pods with local storage")


def _unmanaged(call: Call, pod: Object) -> Opinion | None:
    if pod.status.phase in ("Succeeded", "Failed") or controller_of(pod.metadata) is not None:
        return None
    if not call.said["force"]:
        return Opinion(False, error="cannot delete Pods that declare no controller (use --force to override)")
    return Opinion(True, warning="deleting Pods that declare no controller")


RULES: tuple[Callable[[Call, Object], Opinion | None], ...] = (_daemon_set, _mirror, _local_storage, _unmanaged)


def drain_node(call: Call, info: Info) -> None:
    """Evict the Pods of a node and wait until they are gone.

    Raises:
        Failure: one of them may not be evicted; nothing is then, or it took too long.
    """
    going, warnings, errors = _sorted_out(call, info.name)
    if errors:
        reasons = [f"{text}: {', '.join(names)}" for text, names in errors.items()]
        text = reasons[0] if len(reasons) == 1 else f"[{', '.join(reasons)}]"
        call.tell(f'error: unable to drain node "{info.name}" due to error:{text}, continuing command...')
        call.tell(f"There are pending nodes to be drained:\n {info.name}")
        raise Failure("\n".join(reasons), whole=len(reasons) > 1)
    if warnings:
        call.warn("; ".join(f"{text}: {', '.join(names)}" for text, names in warnings.items()))
    if call.dry == "none":
        _evict(call, going)
    else:
        for pod in going:
            call.print(f"evicting pod {_place(pod)}{call.dry_note}")


def _sorted_out(call: Call, node: str) -> tuple[list[Object], dict[str, list[str]], dict[str, list[str]]]:
    chosen = labels_of(call.said["pod-selector"])
    call.client.ask("list", by_kind("Pod"), "")
    going: list[Object] = []
    warnings: dict[str, list[str]] = {}
    errors: dict[str, list[str]] = {}
    for pod in call.client.view.pods_on(node):
        if chosen is not None and not chosen.matches(pod.metadata.labels):
            continue
        goes = True
        for rule in RULES:
            opinion = rule(call, pod)
            if opinion is None:
                continue
            if opinion.warning:
                warnings.setdefault(opinion.warning, []).append(_place(pod))
            if opinion.error:
                errors.setdefault(opinion.error, []).append(_place(pod))
            if not opinion.goes:
                goes = False
                break
        if goes:
            going.append(pod)
    return going, warnings, errors


def _place(pod: Object) -> str:
    return f"{pod.metadata.namespace}/{pod.metadata.name}"


def _evict(call: Call, pods: list[Object]) -> None:
    """Evict Pods; what a budget does not allow now is asked for again every five seconds."""
    grace = call.said["grace-period"] if call.said["grace-period"] >= 0 else None
    left = {key_of(pod): pod for pod in pods}
    asked: dict[ObjectKey, bool] = {}
    for key, pod in left.items():
        call.print(f"evicting pod {_place(pod)}")
        asked[key] = _ask(call, key, grace)
    limit = call.said["timeout"] / SECOND if call.said["timeout"] else LONGEST
    last = call.client.now
    going = views(call, limit, AGAIN_SECONDS)
    for view in going:
        for key in [
            key for key in left if (found := view.find(key)) is None or found.metadata.uid != left[key].metadata.uid
        ]:
            del left[key]
            call.print(f"pod/{key.name} {'deleted' if call.said['disable-eviction'] else 'evicted'}")
        if not left:
            break
        if view.now - last >= AGAIN_SECONDS * SECOND and not all(asked.values()):
            last = view.now
            for key in left:
                if not asked[key]:
                    call.print(f"evicting pod {_place(left[key])}")
                    asked[key] = _ask(call, key, grace)
    going.close()  # type: ignore[attr-defined]
    if left:
        names = ", ".join(key.name for key in left)
        raise Failure(f"error when waiting for pod {names} to terminate: global timeout reached: {int(limit)}s")


def _ask(call: Call, key: ObjectKey, grace: int | None) -> bool:
    """Ask for the eviction of a Pod; whether it was granted."""
    try:
        if call.said["disable-eviction"]:
            call.client.delete(by_kind("Pod"), key.namespace, key.name, grace)
        else:
            call.client.evict(key.namespace, key.name, grace)
        return True
    except StatusError as error:
        if error.code == 404:
            return True
        if error.code != 429:
            raise
        call.tell(f'error when evicting pods/"{key.name}" -n "{key.namespace}" (will retry after 5s): {error.message}')
        return False
