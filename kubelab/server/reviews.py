"""Questions that are asked by creating an object of which nothing is stored: who am I, may I, may somebody, what does
this token say; and the token of a ServiceAccount.

**In Kubernetes:** `pkg/registry/authorization`, `pkg/registry/authentication`,
`pkg/registry/core/serviceaccount/storage` (token.go), `plugin/pkg/auth/authorizer/rbac` (RulesFor).
"""

from collections.abc import Sequence
from typing import Any

from kubelab.api import clocktime
from kubelab.api.manifest import to_value
from kubelab.api.rbac import PolicyRule
from kubelab.api.scalars import Time
from kubelab.apiserver.authentication import User
from kubelab.apiserver.authorization import Decision, authorizer_of, decide
from kubelab.apiserver.rules import Attributes
from kubelab.apiserver.tokens import request_token as request_token_of
from kubelab.errors import Cause, StatusError
from kubelab.server import bodies, reading
from kubelab.server.call import Call, Reply
from kubelab.server.identity import AUDIENCE, Token
from kubelab.server.resources import Answer, Resource
from kubelab.state.tokens import DEFAULT_SECONDS

Document = dict[str, Any]


def answer(call: Call, asked: Answer) -> Reply:
    """Answer a question.

    Raises:
        StatusError: it cannot be read, or makes no sense.
    """
    value, _ = bodies.plain(call.body, call.content_type, asked.title, f"{asked.group}/{asked.version}")
    if not isinstance(value, dict) or value.get("kind", asked.title) != asked.title:
        raise StatusError(400, "BadRequest", f"the object provided is unrecognized (must be of type {asked.title})")
    spec = value.get("spec") or {}
    if not isinstance(spec, dict):
        raise StatusError(400, "BadRequest", f"{asked.title}.spec must be an object")
    match asked.title:
        case "SelfSubjectReview":
            return _document(asked, None, {"userInfo": user_info(call.who)}, value)
        case "TokenReview":
            return _document(asked, spec, _token_review(call, spec), value)
        case "SelfSubjectAccessReview":
            return _document(asked, spec, _access(call, call.who.user, spec, asked), value)
        case "SelfSubjectRulesReview":
            return _document(asked, None, _rules(call, spec), value)
    user = User(str(spec.get("user") or ""), tuple(spec.get("groups") or ()))
    if not user.name and not user.groups:
        why = 'Invalid value: "": at least one of user or group must be specified'
        text = f'{asked.title}.{asked.group} "" is invalid: spec.user: {why}'
        raise StatusError(422, "Invalid", text, [Cause("FieldValueInvalid", "spec.user", why)])
    if asked.namespaced:
        place = (spec.get("resourceAttributes") or {}).get("namespace", "")
        if place != call.address.namespace:
            why = f'Invalid value: "{place}": must match metadata.namespace'
            text = f'{asked.title}.{asked.group} "" is invalid: spec.resourceAttributes.namespace: {why}'
            raise StatusError(422, "Invalid", text)
    return _document(asked, spec, _access(call, user, spec, asked), value)


def _document(asked: Answer, spec: Document | None, status: Document, value: Document) -> Reply:
    meta = value.get("metadata") or {}
    document: Document = {"kind": asked.title, "apiVersion": f"{asked.group}/{asked.version}"}
    document["metadata"] = {"creationTimestamp": None, **meta}
    if spec is not None or asked.title == "SelfSubjectRulesReview":
        document["spec"] = spec or {}
    return Reply({**document, "status": status}, 201)


def user_info(who: Token) -> Document:
    """A user as reviews tell it."""
    info: Document = {"username": who.user.name}
    if who.uid:
        info["uid"] = who.uid
    if who.user.groups:
        info["groups"] = list(who.user.groups)
    if who.extra:
        info["extra"] = {key: list(values) for key, values in who.extra.items()}
    return info


def _token_review(call: Call, spec: Document) -> Document:
    token = str(spec.get("token") or "")
    if not token:
        text = 'TokenReview.authentication.k8s.io "" is invalid: spec.token: Required value: token is required'
        raise StatusError(422, "Invalid", text)
    found = call.tokens.read(token, call.host.view)
    wanted = tuple(spec.get("audiences") or ())
    if found is None:
        return {"authenticated": False, "error": "invalid bearer token", "user": {}}
    audiences = [each for each in found.audiences if not wanted or each in wanted]
    if not audiences:
        return {"authenticated": False, "error": "token audiences do not match", "user": {}}
    return {"authenticated": True, "user": user_info(found), "audiences": audiences}


def _access(call: Call, user: User, spec: Document, asked: Answer) -> Document:
    decision = decide(call.host.view.snapshot, user, _attributes(spec, asked))
    return _status(decision)


def _status(decision: Decision) -> Document:
    status: Document = {"allowed": decision.allowed}
    if decision.grant is not None:
        status["reason"] = f"RBAC: allowed by {_by(decision)}"
    elif decision.reason:
        status["reason"] = decision.reason
    return status


def _by(decision: Decision) -> str:
    grant = decision.grant
    assert grant is not None
    binding, role = grant.binding, grant.role_key
    home = binding.metadata.namespace
    name = f"{home}/{binding.metadata.name}" if home else binding.metadata.name
    subject = grant.subject
    who = f"{subject.name}/{subject.namespace}" if subject.kind == "ServiceAccount" else subject.name
    return f'{binding.kind} "{name}" of {role.kind} "{role.name}" to {subject.kind} "{who}"'


def _attributes(spec: Document, asked: Answer) -> Attributes:
    resource, other = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is not None and other is not None:
        raise _contradictory(asked, "cannot be specified in combination with resourceAttributes")
    if other is not None:
        return Attributes(str(other.get("verb", "")), path=str(other.get("path", "")))
    if resource is None:
        raise _contradictory(asked, "exactly one of nonResourceAttributes or resourceAttributes must be specified")
    return Attributes(
        str(resource.get("verb", "")),
        str(resource.get("group", "")),
        str(resource.get("resource", "")),
        str(resource.get("subresource", "")),
        str(resource.get("namespace", "")),
        str(resource.get("name", "")),
    )


def _contradictory(asked: Answer, why: str) -> StatusError:
    text = f'{asked.title}.{asked.group} "" is invalid: spec.resourceAttributes: Invalid value: null: {why}'
    return StatusError(422, "Invalid", text)


def _rules(call: Call, spec: Document) -> Document:
    namespace = str(spec.get("namespace") or "")
    if not namespace:
        raise StatusError(400, "BadRequest", "no namespace on request")
    user = call.who.user
    rules: Sequence[PolicyRule] = authorizer_of(call.host.view.snapshot).rules_for(user, namespace)
    if user.almighty:
        every = PolicyRule(verbs=("*",), api_groups=("*",), resources=("*",))
        rules = (every, PolicyRule(verbs=("*",), non_resource_urls=("*",)), *rules)
    return {
        "resourceRules": [_rule(rule) for rule in rules if rule.resources],
        "nonResourceRules": [_rule(rule) for rule in rules if rule.non_resource_urls],
        "incomplete": False,
    }


def _rule(rule: PolicyRule) -> Document:
    value = to_value(rule)
    assert isinstance(value, dict)
    return {"verbs": list(rule.verbs), **{key: item for key, item in value.items() if item}}


def request_token(call: Call, resource: Resource) -> Reply:
    """Make a token for a ServiceAccount.

    Raises:
        StatusError: there is no such ServiceAccount, or the token is to be bound to what is not there.
    """
    account = reading.existing(call, resource)
    value, _ = bodies.plain(call.body or b"{}", call.content_type, "TokenRequest", "authentication.k8s.io/v1")
    spec = (value.get("spec") or {}) if isinstance(value, dict) else {}
    audiences = tuple(spec.get("audiences") or (AUDIENCE,))
    seconds = spec.get("expirationSeconds") or DEFAULT_SECONDS
    name, namespace = account.metadata.name, account.metadata.namespace
    bound = spec.get("boundObjectRef")
    issued = request_token_of(call.host.view, namespace, name, seconds, audiences, bound)
    document = {
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "creationTimestamp": clocktime.text_of(Time(issued.issued_at)),
        },
        "spec": {
            "audiences": list(audiences),
            "expirationSeconds": seconds,
            "boundObjectRef": bound,
        },
        "status": {"token": issued.token, "expirationTimestamp": clocktime.text_of(Time(issued.expires_at))},
    }
    return Reply(document, 201)
