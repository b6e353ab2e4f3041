"""``kubectl auth can-i | whoami``.

Source: kubectl `pkg/cmd/auth`.
"""

from typing import Any

from kubelab.api.scheme import find
from kubelab.apiserver.authorization import authorizer_of, decide, refusal
from kubelab.apiserver.questions import question
from kubelab.apiserver.rules import Attributes
from kubelab.kubectl import printing
from kubelab.kubectl.answer import Failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.describe.access import compact, rule_cells
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.verbs import ALL_NAMESPACES, OUTPUT, verb
from kubelab.views.tables import rows_text

REVIEWS = "authorization.k8s.io"


def _allow(call: Call, group: str, resource: str) -> None:
    """Make sure that the user may ask about itself; whoever is authenticated may."""
    call.client.reach()
    asked = Attributes("create", group, resource)
    decision = decide(call.client.view.snapshot, call.client.user, asked)
    if not decision.allowed:
        raise refusal(call.client.user, asked, decision.reason)


@verb(
    "auth can-i",
    "VERB (TYPE | TYPE/NAME | PATH) [--subresource=NAME] | --list",
    "say whether somebody may do something",
    Flag("list", "list everything that is allowed"),
    Flag("subresource", "the subresource: log, scale, status", "NAME"),
    Flag("quiet", "say nothing; the exit code tells", short="q"),
    Flag("no-headers", "leave out the headings"),
    ALL_NAMESPACES,
)
def can_i(call: Call) -> None:
    """Carry out ``kubectl auth can-i``."""
    if call.said["list"]:
        _list(call)
        return
    if len(call.words) != 2:
        raise Failure(
            "you must specify two arguments: verb resource or verb resource/resourceName.\n"
            "See 'kubectl auth can-i -h' for help and examples."
        )
    asked = _asked(call)
    _allow(call, REVIEWS, "selfsubjectaccessreviews")
    decision = decide(call.client.view.snapshot, call.client.user, asked)
    if not call.said["quiet"]:
        reason = f" - {decision.reason}" if decision.reason else ""
        call.print("yes" if decision.allowed else f"no{reason}")
    if not decision.allowed:
        raise Failure("", whole=True)


def _asked(call: Call) -> Attributes:
    action, resource = call.words
    if resource.startswith("/"):
        return question(action, resource)
    word, _, name = resource.partition("/")
    kind = None if word == "*" else find(word)
    namespace = "" if call.said["all-namespaces"] else call.namespace
    if kind is None:
        if word != "*":
            call.warn(f"the server doesn't have a resource type '{word}'\n")
        plural, _, group = word.partition(".")
        return Attributes(action, group, plural, call.said["subresource"], namespace, name)
    if not kind.namespaced:
        group = f" in group '{kind.group}'" if kind.group else ""
        call.warn(f"resource '{kind.plural}' is not namespace scoped{group}\n")
        namespace = ""
    return Attributes(action, kind.group, kind.plural, call.said["subresource"], namespace, name)


def _list(call: Call) -> None:
    if call.words:
        raise Failure("list option must be specified with no arguments")
    _allow(call, REVIEWS, "selfsubjectrulesreviews")
    snapshot, user = call.client.view.snapshot, call.client.user
    rules = authorizer_of(snapshot).rules_for(user, call.namespace)
    rows = [] if call.said["no-headers"] else [("Resources", "Non-Resource URLs", "Resource Names", "Verbs")]
    rows += [rule_cells(rule) for rule in compact(rules)]
    if rows:
        call.print(rows_text(rows))


@verb("auth whoami", "", "say as whom requests are made", OUTPUT)
def whoami(call: Call) -> None:
    """Carry out ``kubectl auth whoami``."""
    _allow(call, "authentication.k8s.io", "selfsubjectreviews")
    user = call.client.user
    info: dict[str, Any] = {"username": user.name, "groups": list(user.groups)}
    form, argument = printing.form_of(call)
    if form:
        review = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "SelfSubjectReview",
            "metadata": {"creationTimestamp": None},
            "status": {"userInfo": info},
        }
        call.write(printing.writer_of(call, form, argument)(review))
        return
    rows = [("ATTRIBUTE", "VALUE"), ("Username", user.name), ("Groups", f"[{' '.join(user.groups)}]")]
    call.print(rows_text(rows))
