"""Checks of webhook configurations.

In Kubernetes: `pkg/apis/admissionregistration/validation/validation.go`, `k8s.io/apiserver/pkg/util/webhook`.

**Simplified:** certificates are not read, nor are expressions in CEL.
"""

from urllib.parse import urlsplit

from kubelab.api.admissionregistration.matching import (
    FAILURE_POLICIES,
    MATCH_POLICIES,
    REINVOCATION_POLICIES,
)
from kubelab.api.admissionregistration.webhooks import (
    MutatingWebhook,
    MutatingWebhookConfiguration,
    ServiceReference,
    ValidatingWebhook,
    ValidatingWebhookConfiguration,
)
from kubelab.api.validation import metadata, names, selectors
from kubelab.api.validation.admission_matching import match_conditions, rule
from kubelab.api.validation.field_error import Errors, duplicate, invalid, messages, not_supported, required

Configuration = ValidatingWebhookConfiguration | MutatingWebhookConfiguration

_HARMLESS = ("None", "NoneOnDryRun")
_VERSIONS = ("v1", "v1beta1")


def webhooks(given: Configuration) -> Errors:
    """What is wrong with a new configuration."""
    yield from metadata.object_meta(given.metadata, namespaced=False)
    seen = set()
    hooks: tuple[ValidatingWebhook | MutatingWebhook, ...] = given.webhooks
    for index, hook in enumerate(hooks):
        path = f"webhooks[{index}]"
        yield from _hook(hook, path)
        yield from _versions(hook.admission_review_versions, f"{path}.admissionReviewVersions")
        if hook.name and hook.name in seen:
            yield duplicate(f"{path}.name", hook.name)
        seen.add(hook.name)


def webhooks_update(new: Configuration, old: Configuration) -> Errors:
    """What is wrong with a changed configuration."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from webhooks(new)


def _hook(hook: ValidatingWebhook | MutatingWebhook, path: str) -> Errors:
    yield from _name(f"{path}.name", hook.name)
    for index, each in enumerate(hook.rules):
        yield from rule(each, f"{path}.rules[{index}]")
    for field, value, known in (
        ("failurePolicy", hook.failure_policy, FAILURE_POLICIES),
        ("matchPolicy", hook.match_policy, MATCH_POLICIES),
    ):
        if value is not None and value not in known:
            yield not_supported(f"{path}.{field}", value, known)
    if hook.side_effects is None:
        yield required(f"{path}.sideEffects", f"must specify one of {', '.join(_HARMLESS)}")
    elif hook.side_effects not in _HARMLESS:
        yield not_supported(f"{path}.sideEffects", hook.side_effects, _HARMLESS)
    if hook.timeout_seconds is not None and not 1 <= hook.timeout_seconds <= 30:
        text = "the timeout value must be between 1 and 30 seconds"
        yield invalid(f"{path}.timeoutSeconds", hook.timeout_seconds, text)
    yield from selectors.label_selector(hook.namespace_selector, f"{path}.namespaceSelector")
    yield from selectors.label_selector(hook.object_selector, f"{path}.objectSelector")
    again = hook.reinvocation_policy if isinstance(hook, MutatingWebhook) else None
    if again is not None and again not in REINVOCATION_POLICIES:
        yield not_supported(f"{path}.reinvocationPolicy", again, REINVOCATION_POLICIES)
    yield from _client(hook, f"{path}.clientConfig")
    yield from match_conditions(hook.match_conditions, f"{path}.matchConditions")


def _name(path: str, name: str) -> Errors:
    if not name:
        yield required(path)
    elif texts := list(names.dns_subdomain(name)):
        yield invalid(path, name, ",".join(texts))
    elif name.count(".") < 2:
        yield invalid(path, name, "should be a domain with at least three segments separated by dots")


def _client(hook: ValidatingWebhook | MutatingWebhook, path: str) -> Errors:
    url, service = hook.client_config.url, hook.client_config.service
    if (url is None) == (service is None):
        yield required(path, "exactly one of url or service is required")
    elif url is not None:
        yield from _address(url, f"{path}.url")
    elif service is not None:
        yield from _service(service, f"{path}.service")


def _address(url: str, path: str) -> Errors:
    form = "; desired format: https://host[/path]"
    try:
        parts = urlsplit(url)
    except ValueError as error:
        yield required(path, f"url must be a valid URL: {error}{form}")
        return
    if parts.scheme != "https":
        yield invalid(path, parts.scheme, f"'https' is the only allowed URL scheme{form}")
    user, at, host = parts.netloc.rpartition("@")
    if not host:
        yield invalid(path, host, f"host must be specified{form}")
    if at:
        yield invalid(path, user, "user information is not permitted in the URL")
    if parts.fragment:
        yield invalid(path, parts.fragment, "fragments are not permitted in the URL")
    if parts.query:
        yield invalid(path, parts.query, "query parameters are not permitted in the URL")


def _service(given: ServiceReference, path: str) -> Errors:
    if not given.name:
        yield required(f"{path}.name")
    if not given.namespace:
        yield required(f"{path}.namespace")
    port = given.port or 0
    if texts := list(names.port_number(port)):
        yield invalid(f"{path}.port", port, f"port is not valid: {', '.join(texts)}")
    url = given.path
    if url is None or url in ("", "/"):
        return
    here = f"{path}.path"
    if url == "//":
        yield invalid(here, url, "segment[0] may not be empty")
        return
    if not url.startswith("/"):
        yield invalid(here, url, "must start with a '/'")
    for index, step in enumerate(url[1:].removesuffix("/").split("/")):
        if not step:
            yield invalid(here, url, f"segment[{index}] may not be empty")
        else:
            yield from messages(here, url, (f"segment[{index}]: {text}" for text in names.dns_subdomain(step)))


def _versions(given: tuple[str, ...], path: str) -> Errors:
    if not given:
        yield required(path, f"must specify one of {', '.join(_VERSIONS)}")
        return
    for index, version in enumerate(given):
        if version in given[:index]:
            yield invalid(f"{path}[{index}]", version, "duplicate version")
        else:
            yield from messages(f"{path}[{index}]", version, names.dns_1035_label(version))
    if not set(given) & set(_VERSIONS):
        yield invalid(path, given, f"must include at least one of {', '.join(_VERSIONS)}")
