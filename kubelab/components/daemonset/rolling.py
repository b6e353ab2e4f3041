"""Replacing the Pods after a change of the template: a few nodes at a time.

Without surge the old Pod of a node is deleted first, on no more than `maxUnavailable` nodes at a time. With `maxSurge`
a new one starts beside it, and the old one goes when that is available.

Source: `pkg/controller/daemon/update.go` (rollingUpdate).
"""

from collections.abc import Iterable

from kubelab.api.core.pod import Pod
from kubelab.components.daemonset.nodes import DaemonSync, scaled, surge_count


def rolling_update(sync: DaemonSync) -> None:
    """Find the old Pods that may go now, or the nodes on which a new one may start."""
    desired = sync.desired
    rolling = sync.daemon_set.spec.update_strategy.rolling_update
    surge = surge_count(sync.daemon_set, desired)
    unavailable = 0 if rolling is None else scaled(rolling.max_unavailable, desired)
    if desired > 0 and surge == unavailable == 0:
        unavailable = 1
    by_node = dict(sync.by_node)
    for name, (starts, _) in sync.places.items():
        if starts:
            by_node.setdefault(name, [])
    if surge == 0:
        _replace(sync, by_node, unavailable)
    else:
        _surge(sync, by_node, surge, desired)


def updated_pods(sync: DaemonSync, pods: Iterable[Pod]) -> tuple[Pod | None, Pod | None] | None:
    """The new and the old Pod of a node; None where it has several of one sort (`findUpdatedPodsOnNode`)."""
    new: Pod | None = None
    old: Pod | None = None
    for pod in pods:
        if pod.metadata.deletion_timestamp is not None:
            continue
        if sync.updated(pod):
            if new is not None:
                return None
            new = pod
        else:
            if old is not None:
                return None
            old = pod
    return new, old


def _replace(sync: DaemonSync, by_node: dict[str, list[Pod]], max_unavailable: int) -> None:
    unavailable = 0
    at_once: list[Pod] = []
    candidates: list[Pod] = []
    for name in sorted(by_node):
        found = updated_pods(sync, by_node[name])
        new, old = found or (None, None)
        if found is None or (new is None) == (old is None):
            unavailable += 1
        elif new is not None:
            unavailable += not sync.available(new)
        elif old is not None and not sync.available(old):
            at_once.append(old)
            unavailable += 1
        elif old is not None and unavailable < max_unavailable:
            candidates.append(old)
    sync.delete += [(pod, "it is not made from the template as it is now, and is not available") for pod in at_once]
    left = max(max_unavailable - unavailable, 0)
    why = f"it is not made from the template as it is now; at most {max_unavailable} may be unavailable"
    sync.delete += [(pod, why) for pod in candidates[:left]]


def _surge(sync: DaemonSync, by_node: dict[str, list[Pod]], max_surge: int, desired: int) -> None:
    surging = available = 0
    at_once: list[str] = []
    candidates: list[str] = []
    misplaced: list[Pod] = []
    for name in sorted(by_node):
        found = updated_pods(sync, by_node[name])
        if found is None:
            surging += 1
            continue
        new, old = found
        shown = old or new
        available += shown is not None and sync.available(shown)
        if old is None:
            continue
        if new is not None:
            if sync.available(new):
                sync.delete.append((old, f"the newer one on node {name} is available"))
            else:
                surging += 1
        elif not sync.places.get(name, (False, False))[0]:
            if sync.available(old):
                misplaced.append(old)
            else:
                sync.delete.append((old, f"it may not run on node {name}, and is not available"))
        elif not sync.available(old):
            at_once.append(name)
        elif surging < max_surge:
            candidates.append(name)
    spare = max(available - desired, 0)
    sync.delete += [(pod, "it may not run on its node, and enough others are available") for pod in misplaced[:spare]]
    sync.create += [(name, "its old one is not available") for name in at_once]
    left = max(max_surge - surging, 0)
    why = f"its old one is to be replaced; at most {max_surge} may be there besides"
    sync.create += [(name, why) for name in candidates[:left]]
