"""Events that the kubelet records by themselves, without anything else being written.

**In Kubernetes:** client-go `tools/record`, as the kubelet uses it.
"""

from collections.abc import Iterable

from kubelab.components.kubelet.pod_context import PodContext
from kubelab.state.component import Wanted
from kubelab.state.requests import EventNote, Record


def record_once(ctx: PodContext, notes: Iterable[EventNote], since: int = 0) -> Wanted:
    """Record those Events that have not been recorded yet."""
    new = tuple(note for note in notes if not ctx.noted(note, since))
    if not new:
        return ()
    message = f"{ctx.where} told of {ctx.name}: {new[0].message}"
    return (Record(target=ctx.key, reason=new[0].reason, message=message, events=new),)
