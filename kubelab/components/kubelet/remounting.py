"""Files of a running Pod that are written anew because a ConfigMap, a Secret or the Pod itself has changed.

**In Kubernetes:** kubelet `pkg/kubelet/volumemanager` (MarkRemountRequired, ReprocessPod), `pkg/kubelet/pod_workers.go`
(the interval between two syncs).

**Simplified:** see `kubelab.components.kubelet.volumes`.
"""

from kubelab.components.kubelet.pod_context import PodContext
from kubelab.components.kubelet.recording import record_once
from kubelab.components.kubelet.runtime import WriteVolumes
from kubelab.components.kubelet.volumes import Files, made_volumes, next_sync
from kubelab.state.component import Wanted
from kubelab.state.requests import Requeue


def remount(ctx: PodContext, starting: bool) -> Wanted:
    """Write files anew whose sources have changed, or say when that will be.

    Args:
        ctx: the Pod and its sandbox.
        starting: whether a container is about to be started; then they are written at once.
    """
    if ctx.sandbox is None or not ctx.sandbox.volumes:
        return ()
    volumes, errors = made_volumes(ctx)
    held = ctx.sandbox.volumes
    changed = tuple(name for name, volume in volumes.items() if volume is not held.get(name))
    notes = [ctx.note("FailedMount", error, "Warning") for error in errors]
    untold = [note for note in notes if not ctx.noted(note)]
    if not changed and not untold:
        return ()
    due = next_sync(ctx)
    if due > ctx.now and not starting:
        return (Requeue(at=due),)
    told = record_once(ctx, untold)
    return (*told, write_volumes(ctx, volumes, changed)) if changed else told


def write_volumes(ctx: PodContext, volumes: Files, changed: tuple[str, ...]) -> WriteVolumes:
    """The request that writes the files of some volumes anew."""
    sources = dict.fromkeys(source for name in changed for source in volumes[name].sources)
    out_of = f" out of {', '.join(sources)}" if sources else ""
    noun = "volume" if len(changed) == 1 else "volumes"
    assert ctx.sandbox is not None
    return WriteVolumes(
        node=ctx.machine.name,
        target=ctx.key,
        uid=ctx.pod.metadata.uid,
        volumes=ctx.sandbox.volumes.with_({name: volumes[name] for name in changed}),
        reason="VolumesWritten",
        message=f"{ctx.where} wrote the files of {noun} {', '.join(changed)} of {ctx.name} anew{out_of}.",
    )
