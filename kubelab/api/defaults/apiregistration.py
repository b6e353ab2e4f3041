"""Defaults of APIService.

In Kubernetes: `kube-aggregator/pkg/apis/apiregistration/v1/defaults.go`.
"""

from collections.abc import Callable
from typing import Any

from kubelab.api.apiregistration import APIService, ServiceReference
from kubelab.api.defaults.changes import changed, filled, optional


def default_api_service(given: APIService) -> APIService:
    """Fill in the port of the Service."""
    return changed(given, spec=changed(given.spec, service=optional(given.spec.service, _port)))


def _port(service: ServiceReference) -> ServiceReference:
    return filled(service, port=443)


DEFAULTS: dict[str, Callable[[Any], Any]] = {"APIService": default_api_service}
"""The function that fills in each kind."""
