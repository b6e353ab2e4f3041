"""``kubectl create role | clusterrole | rolebinding | clusterrolebinding | token``.

Source: kubectl `pkg/cmd/create` (``create_role.go``, ``create_clusterrole.go``, ``create_rolebinding.go``, ...).
"""

from kubelab.api.scheme import by_kind, find
from kubelab.apiserver.tokens import request_token
from kubelab.errors import StatusError
from kubelab.kubectl.answer import Failure, failed_to_create
from kubelab.kubectl.call import Call
from kubelab.kubectl.client import Manifest
from kubelab.kubectl.creating import GENERATED, generate, meta_of, object_of
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.generators.config import selector_of
from kubelab.kubectl.resources import no_such_kind
from kubelab.kubectl.verbs import verb
from kubelab.state.snapshot import SECOND
from kubelab.state.tokens import DEFAULT_SECONDS

RBAC = "rbac.authorization.k8s.io"
STANDARD_VERBS = (
    *("*", "get", "delete", "list", "create", "update", "patch", "watch", "proxy", "deletecollection", "use", "bind"),
    *("escalate", "impersonate"),
)
_RULES = (
    Flag("verb", "what may be done: get,list,watch", "VERBS", kind="list"),
    Flag("resource", "with what: pods,deployments.apps,pods/log", "KINDS", kind="list"),
    Flag("resource-name", "only with the object of this name", "NAME", kind="array"),
)
_SUBJECTS = (
    Flag("user", "a user who gets the role", "NAME", kind="array"),
    Flag("group", "a group that gets the role", "NAME", kind="array"),
    Flag("serviceaccount", "a ServiceAccount that gets the role: NAMESPACE:NAME", "ACCOUNT", kind="array"),
)


def _verbs(call: Call) -> list[str]:
    given = list(dict.fromkeys(call.said["verb"]))
    if not given:
        raise Failure("at least one verb must be specified")
    for word in given:
        if word not in STANDARD_VERBS:
            call.warn(f"'{word}' is not a standard resource verb")
    return ["*"] if "*" in given else given


def _rules(call: Call, verbs: list[str]) -> list[Manifest]:
    """A rule for each API group, in the order in which the groups are named."""
    if not call.said["resource"]:
        raise Failure("at least one resource must be specified")
    names = list(dict.fromkeys(call.said["resource-name"]))
    groups: dict[str, list[str]] = {}
    for text in call.said["resource"]:
        word, slash, subresource = text.partition("/")
        if word == "*":
            group, plural = "", "*"
        else:
            kind = find(word)
            if kind is None:
                raise Failure(no_such_kind(word), whole=True)
            group, plural = kind.group, kind.plural
        resource = f"{plural}/{subresource}" if slash else plural
        if resource not in groups.setdefault(group, []):
            groups[group].append(resource)
    rules = []
    for group in sorted(groups):
        rule: Manifest = {"apiGroups": [group], "resources": groups[group], "verbs": verbs}
        if names:
            rule["resourceNames"] = names
        rules.append(rule)
    return rules


@verb("create role", "NAME --verb=VERBS --resource=KINDS", "create a Role", _RULES, GENERATED)
def role(call: Call) -> None:
    """Carry out ``kubectl create role``."""
    name = call.one_name()
    rules = _rules(call, _verbs(call))
    generate(call, object_of(f"{RBAC}/v1", "Role", meta_of(call, name), rules=rules))


@verb(
    "create clusterrole",
    "NAME --verb=VERBS (--resource=KINDS | --non-resource-url=PATH)",
    "create a ClusterRole",
    _RULES,
    Flag("non-resource-url", "an address that belongs to no kind: /healthz", "PATH", kind="list"),
    Flag("aggregation-rule", "the labels of the ClusterRoles that it is made of", "LABELS"),
    GENERATED,
)
def cluster_role(call: Call) -> None:
    """Carry out ``kubectl create clusterrole``."""
    name, said = call.one_name(), call.said
    meta = meta_of(call, name, cluster_wide=True)
    if said["aggregation-rule"]:
        if said["resource"] or said["non-resource-url"] or said["verb"]:
            raise Failure(
                "aggregation rule must be specified without verbs, non-resource-url, resource and resource-name"
            )
        rule = {"clusterRoleSelectors": [selector_of(said["aggregation-rule"])]}
        generate(call, object_of(f"{RBAC}/v1", "ClusterRole", meta, aggregationRule=rule, rules=[]))
        return
    verbs = _verbs(call)
    rules = _rules(call, verbs) if said["resource"] or not said["non-resource-url"] else []
    if said["non-resource-url"]:
        rules.append({"nonResourceURLs": list(said["non-resource-url"]), "verbs": verbs})
    generate(call, object_of(f"{RBAC}/v1", "ClusterRole", meta, rules=rules))


def subjects_of(call: Call) -> list[Manifest]:
    """The subjects that the flags name.

    Raises:
        Failure: a ServiceAccount is named without its Namespace.
    """
    subjects: list[Manifest] = [{"kind": "User", "apiGroup": RBAC, "name": name} for name in call.said["user"]]
    subjects += [{"kind": "Group", "apiGroup": RBAC, "name": name} for name in call.said["group"]]
    for text in call.said["serviceaccount"]:
        namespace, colon, name = text.partition(":")
        if not colon or not namespace or not name:
            raise Failure("serviceaccount must be <namespace>:<name>")
        subjects.append({"kind": "ServiceAccount", "namespace": namespace, "name": name})
    return subjects


@verb(
    "create rolebinding",
    "NAME (--clusterrole=NAME | --role=NAME) [--user=NAME] [--group=NAME] [--serviceaccount=NAMESPACE:NAME]",
    "create a RoleBinding",
    Flag("role", "the Role that is given", "NAME"),
    Flag("clusterrole", "the ClusterRole that is given, in this Namespace only", "NAME"),
    _SUBJECTS,
    GENERATED,
)
def role_binding(call: Call) -> None:
    """Carry out ``kubectl create rolebinding``."""
    name, said = call.one_name(), call.said
    if bool(said["role"]) == bool(said["clusterrole"]):
        raise Failure("exactly one of clusterrole or role must be specified")
    kind = "Role" if said["role"] else "ClusterRole"
    generate(
        call,
        _binding(call, "RoleBinding", meta_of(call, name), kind, said["role"] or said["clusterrole"]),
        "rolebinding: ",
    )


@verb(
    "create clusterrolebinding",
    "NAME --clusterrole=NAME [--user=NAME] [--group=NAME] [--serviceaccount=NAMESPACE:NAME]",
    "create a ClusterRoleBinding",
    Flag("clusterrole", "the ClusterRole that is given", "NAME"),
    _SUBJECTS,
    GENERATED,
    required=("clusterrole",),
)
def cluster_role_binding(call: Call) -> None:
    """Carry out ``kubectl create clusterrolebinding``."""
    meta = meta_of(call, call.one_name(), cluster_wide=True)
    manifest = _binding(call, "ClusterRoleBinding", meta, "ClusterRole", call.said["clusterrole"])
    generate(call, manifest, "clusterrolebinding: ")


def _binding(call: Call, kind: str, meta: Manifest, role_kind: str, role_name: str) -> Manifest:
    reference = {"apiGroup": RBAC, "kind": role_kind, "name": role_name}
    return object_of(f"{RBAC}/v1", kind, meta, roleRef=reference, subjects=subjects_of(call) or None)


@verb(
    "create token",
    "SERVICEACCOUNT [--duration=TIME]",
    "make a token of a ServiceAccount",
    Flag("duration", "how long it is valid", "TIME", kind="duration"),
    Flag("audience", "for whom it is", "NAME", kind="array"),
    Flag("bound-object-kind", "the kind of the object with which it ends", "KIND"),
    Flag("bound-object-name", "the name of that object", "NAME"),
    Flag("output", "how to print", "FORM", "o"),
)
def token(call: Call) -> None:
    """Carry out ``kubectl create token``."""
    name = call.one_name()
    call.client.ask("create", by_kind("ServiceAccount"), call.namespace, name, "token")
    seconds = (call.said["duration"] or DEFAULT_SECONDS * SECOND) // SECOND
    bound = None
    if call.said["bound-object-kind"]:
        bound = {"kind": call.said["bound-object-kind"], "name": call.said["bound-object-name"], "apiVersion": "v1"}
    audiences = tuple(call.said["audience"])
    try:
        made = request_token(call.client.view, call.namespace, name, seconds, audiences, bound)
    except StatusError as error:
        raise failed_to_create(error, "token: ") from None
    call.print(made.token)
