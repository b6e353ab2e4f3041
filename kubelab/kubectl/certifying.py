"""``kubectl certificate approve | deny``: a decision about requests for certificates.

Source: kubectl `pkg/cmd/certificates`.
"""

from kubelab.api.clocktime import text_of
from kubelab.api.scalars import Time
from kubelab.kubectl.answer import Failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.changing import change_each, targets
from kubelab.kubectl.client import Manifest
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.resources import Info
from kubelab.kubectl.verbs import FILES, OUTPUT, verb
from kubelab.state.snapshot import SECOND

_FLAGS = (FILES, Flag("force", "decide again what is decided already"), OUTPUT)


@verb("certificate approve", "(-f FILE | NAME ...)", "approve requests for certificates", _FLAGS)
def approve(call: Call) -> None:
    """Carry out ``kubectl certificate approve``."""
    _decide(call, "Approved", "KubectlApprove", "approve", "Denied")


@verb("certificate deny", "(-f FILE | NAME ...)", "deny requests for certificates", _FLAGS)
def deny(call: Call) -> None:
    """Carry out ``kubectl certificate deny``."""
    _decide(call, "Denied", "KubectlDeny", "deny", "Approved")


def _decide(call: Call, kind: str, reason: str, doing: str, other: str) -> None:
    done = kind.lower()
    if not call.words and "filename" not in call.said:
        raise Failure("one or more CSRs must be specified as <name> or -f <filename>")
    condition = {
        "type": kind,
        "status": "True",
        "reason": reason,
        "message": f"This CSR was {done} by kubectl certificate {doing}.",
    }

    def change(info: Info, manifest: Manifest) -> str:
        if info.kind.kind != "CertificateSigningRequest":
            raise Failure(
                "can only handle certificates.k8s.io/v1 or certificates.k8s.io/v1beta1 certificate signing requests"
            )
        status = manifest.setdefault("status", {})
        held = list(status.get("conditions") or ())
        types = [each["type"] for each in held]
        if other in types:
            raise Failure(f'certificate signing request "{info.name}" is already {other}')
        if kind not in types or call.said["force"]:
            now = text_of(Time(call.client.now // SECOND))
            kept = [each for each in held if each["type"] != kind]
            status["conditions"] = [*kept, {**condition, "lastUpdateTime": now, "lastTransitionTime": now}]
        return done

    words = call.words and ["certificatesigningrequest", *call.words]
    change_each(call, targets(call, words), change, subresource="approval")
