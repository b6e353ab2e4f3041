"""``kubectl get componentstatuses``: how the parts of the control plane are, printed."""

from collections.abc import Sequence

from kubelab.apiserver.warnings import DEPRECATED
from kubelab.errors import StatusError
from kubelab.kubectl import printing
from kubelab.kubectl.answer import raise_all
from kubelab.kubectl.call import Call
from kubelab.sim.component_statuses import COMPONENTS, Manifest, cells, component_status
from kubelab.views.tables import rows_text

WORDS = ("cs", "componentstatus", "componentstatuses")


def component_statuses(call: Call, form: str, argument: str) -> None:
    """Print how the parts of the control plane are."""
    call.client.reach()
    cluster = call.client.cluster
    shown, missing = [], []
    for name in call.words[1:] or COMPONENTS:
        try:
            shown.append(component_status(cluster.engine, cluster.state, name))
        except StatusError as error:
            missing.append(error)
    if shown:
        call.warn(DEPRECATED["ComponentStatus"])
        _print(call, shown, form, argument)
    raise_all(missing)


def _print(call: Call, shown: Sequence[Manifest], form: str, argument: str) -> None:
    if form in ("", "wide"):
        call.print(rows_text([("NAME", "STATUS", "MESSAGE", "ERROR"), *(cells(each) for each in shown)]))
    elif form == "name":
        for each in shown:
            call.print(f"componentstatus/{each['metadata']['name']}")
    else:
        listed = {"apiVersion": "v1", "items": list(shown), "kind": "List", "metadata": {"resourceVersion": ""}}
        call.write(printing.writer_of(call, form, argument)(shown[0] if len(call.words) == 2 else listed))
