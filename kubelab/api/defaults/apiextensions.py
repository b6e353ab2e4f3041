"""Defaults of CustomResourceDefinition.

In Kubernetes: `apiextensions-apiserver/pkg/apis/apiextensions/v1/defaults.go`.
"""

from collections.abc import Callable
from typing import Any

from kubelab.api.apiextensions import CustomResourceConversion, CustomResourceDefinition
from kubelab.api.defaults.changes import changed, filled


def default_custom_resource_definition(definition: CustomResourceDefinition) -> CustomResourceDefinition:
    """Fill in the singular and list names, no conversion, and the version that is stored."""
    spec, status = definition.spec, definition.status
    kind = spec.names.kind
    conversion = spec.conversion or CustomResourceConversion(strategy="None")
    webhook = conversion.webhook
    if webhook is not None and webhook.client_config is not None and webhook.client_config.service is not None:
        service = webhook.client_config.service
        service = changed(service, port=443 if service.port is None else service.port)
        webhook = changed(webhook, client_config=changed(webhook.client_config, service=service))
    names = filled(spec.names, singular=kind.lower(), list_kind=f"{kind}List" if kind else "")
    spec = changed(spec, names=names, conversion=changed(conversion, webhook=webhook))
    if not status.stored_versions:
        stored = tuple(version.name for version in spec.versions if version.storage)[:1]
        status = changed(status, stored_versions=stored)
    return changed(definition, spec=spec, status=status)


DEFAULTS: dict[str, Callable[[Any], Any]] = {"CustomResourceDefinition": default_custom_resource_definition}
"""The function that fills in each kind."""
