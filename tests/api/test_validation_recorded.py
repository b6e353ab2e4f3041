"""Manifests that a real control plane of Kubernetes 1.36 refused, and the lines kubectl printed for them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kubelab.api import manifest, scheme
from kubelab.api.defaults import apply_defaults
from kubelab.api.meta import LabelSelector
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap
from kubelab.api.validation import invalid_message, validate, validate_update

RECORDED = json.loads((Path(__file__).parent / "data" / "invalid.json").read_text())


def stored(text: str) -> Any:
    """The object as the API server has it when it comes to validation: defaults, namespace, a Job's selector."""
    (given,) = manifest.load(text)
    obj: Any = apply_defaults(given)
    if scheme.kind_of(obj).namespaced:
        obj = evolve(obj, metadata=evolve(obj.metadata, namespace="default"))
    if obj.kind == "Job":
        uid, name, spec = "u-1", obj.metadata.name, obj.spec
        owner = {"controller-uid": uid, "batch.kubernetes.io/controller-uid": uid}
        labels = FrozenMap({**owner, "job-name": name, "batch.kubernetes.io/job-name": name})
        meta = evolve(spec.template.metadata, labels=labels)
        selector = LabelSelector(match_labels=FrozenMap({"batch.kubernetes.io/controller-uid": uid}))
        spec = evolve(spec, selector=selector, template=evolve(spec.template, metadata=meta))
        obj = evolve(obj, metadata=evolve(obj.metadata, uid=uid), spec=spec)
    return obj


def lines(errors: Any) -> list[str]:
    """The lines kubectl prints; the recordings have one space wherever there were several."""
    return list(dict.fromkeys(re.sub(" +", " ", str(error)) for error in errors))


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: f"{case['scenario']}: {case['lines'][0][:60]}")
def test_a_refused_object_is_refused_in_the_same_words(case: dict[str, Any]) -> None:
    assert lines(validate(stored(case["manifest"]))) == case["lines"]


def test_changing_an_immutable_secret_is_refused() -> None:
    old = stored("{apiVersion: v1, kind: Secret, metadata: {name: frozen}, immutable: true, stringData: {k: v}}")
    old = evolve(old, metadata=evolve(old.metadata, resource_version="5"))
    changed = apply_defaults(evolve(old, string_data=FrozenMap({"k": "w"})))
    assert lines(validate_update(changed, old)) == ["data: Forbidden: field is immutable when `immutable` is set"]
    thawed = evolve(old, immutable=False)
    assert lines(validate_update(thawed, old)) == ["immutable: Forbidden: field is immutable when `immutable` is set"]


def test_changing_the_type_of_a_secret_is_refused() -> None:
    old = stored("{apiVersion: v1, kind: Secret, metadata: {name: login}, stringData: {user: u}}")
    old = evolve(old, metadata=evolve(old.metadata, resource_version="5"))
    assert lines(validate_update(evolve(old, type="kubernetes.io/tls"), old)) == [
        'type: Invalid value: "kubernetes.io/tls": field is immutable',
        "data[tls.crt]: Required value",
        "data[tls.key]: Required value",
    ]


def test_a_secret_above_one_mebibyte_is_refused() -> None:
    big = f"{{apiVersion: v1, kind: Secret, metadata: {{name: big}}, stringData: {{f: {'a' * 1_100_000}}}}}"
    errors = validate(stored(big))
    assert invalid_message("Secret", "big", errors) == (
        'Secret "big" is invalid: data: Too long: may not be more than 1048576 bytes'
    )


def test_the_address_of_a_service_stays() -> None:
    old = stored("{apiVersion: v1, kind: Service, metadata: {name: fixed}, spec: {ports: [{port: 80}]}}")
    old = evolve(
        old,
        metadata=evolve(old.metadata, resource_version="5"),
        spec=evolve(old.spec, cluster_ip="10.96.77.77", cluster_ips=("10.96.77.77",), ip_families=("IPv4",)),
    )
    assert validate(old) == ()
    new = evolve(old, spec=evolve(old.spec, cluster_ip="10.96.77.78", cluster_ips=("10.96.77.78",)))
    assert lines(validate_update(new, old)) == [
        'spec.clusterIPs[0]: Invalid value: ["10.96.77.78"]: may not change once set'
    ]


def test_the_role_of_a_binding_stays() -> None:
    old = stored(
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: king-reads},"
        " roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}}"
    )
    old = evolve(old, metadata=evolve(old.metadata, resource_version="5"))
    new = evolve(old, role_ref=evolve(old.role_ref, name="other"))
    assert lines(validate_update(new, old)) == [
        'roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"other"}: '
        "cannot change roleRef"
    ]
