"""Checks of APIServices.

In Kubernetes: `kube-aggregator/pkg/apis/apiregistration/validation`.
"""

from kubelab.api.apiregistration import APIService
from kubelab.api.validation import metadata, names
from kubelab.api.validation.field_error import Errors, invalid, messages, required
from kubelab.api.validation.go_value import go_value


def api_service(given: APIService) -> Errors:
    """What is wrong with a new APIService."""
    wanted = f"{given.spec.version}.{given.spec.group}"

    def name_check(name: str, prefix: bool) -> names.Texts:
        texts = names.path_segment(name)
        if texts or name == wanted:
            return texts
        return (f'must be `spec.version+"."+spec.group`: {go_value(wanted)}',)

    yield from metadata.object_meta(given.metadata, namespaced=False, name_check=name_check)
    yield from _spec(given)


def api_service_update(new: APIService, old: APIService) -> Errors:
    """What is wrong with a changed APIService."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from api_service(new)


def _spec(given: APIService) -> Errors:
    spec = given.spec
    if not spec.group and spec.version != "v1":
        yield required("spec.group", "only v1 may have an empty group and it better be legacy kube")
    if spec.group:
        yield from names.subdomain_errors("spec.group", spec.group)
    yield from messages("spec.version", spec.version, names.dns_1035_label(spec.version))
    for name, number, most in (
        ("groupPriorityMinimum", spec.group_priority_minimum, 20000),
        ("versionPriority", spec.version_priority, 1000),
    ):
        if not 0 < number <= most:
            yield invalid(f"spec.{name}", number, f"must be positive and less than {most}")
    if spec.service is None:
        if spec.ca_bundle:
            size = len(spec.ca_bundle.rstrip("=")) * 3 // 4
            yield invalid("spec.caBundle", f"{size} bytes", "local APIServices may not have a caBundle")
        if spec.insecure_skip_tls_verify:
            text = "local APIServices may not have insecureSkipTLSVerify"
            yield invalid("spec.insecureSkipTLSVerify", True, text)
        return
    if not spec.service.namespace:
        yield required("spec.service.namespace")
    if not spec.service.name:
        yield required("spec.service.name")
    port = spec.service.port or 0
    texts = list(names.port_number(port))
    if texts:
        yield invalid("spec.service.port", port, f"port is not valid: {', '.join(texts)}")
    if spec.insecure_skip_tls_verify and spec.ca_bundle:
        yield invalid("spec.insecureSkipTLSVerify", True, "may not be true if caBundle is present")
