"""What the API server says of an object that it accepts, in its own words."""

import pytest

from kubelab.api.defaults import apply_defaults
from kubelab.api.manifest import load
from kubelab.apiserver.warnings import warnings


def said(kind, below, api_version="v1"):
    text = f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: a}}\n{below}\n"
    return warnings(apply_defaults(load(text)[0]), None)


def pod(spec):
    return said("Pod", f"spec: {{containers: [{{name: c, image: x}}], {spec}}}")


DEPRECATED_OS = 'deprecated since v1.14; use "kubernetes.io/os" instead'
ANTI = "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]"


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("nodeSelector: {kubernetes.io/os: linux}", ()),
        (
            "nodeSelector: {beta.kubernetes.io/os: linux}",
            (f"spec.nodeSelector[beta.kubernetes.io/os]: {DEPRECATED_OS}",),
        ),
        (
            "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]",
            ("spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod",),
        ),
        (
            "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone}]}}",
            (f"{ANTI}.labelSelector: a null labelSelector results in matching no pod",),
        ),
        (
            "volumes: [{name: git, gitRepo: {repository: r}}]",
            ("spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+",),
        ),
        (
            "volumes: [{name: v, configMap: {name: m, items: [{key: a, path: p}, {key: b, path: p/q}]}}]",
            ('volume "v" (ConfigMap "m"): overlapping paths: "p/q" with "p"',),
        ),
        (
            "hostAliases: [{ip: 10.0.0.1, hostnames: [a]}, {ip: 10.0.0.1, hostnames: [b]}]",
            ('spec.hostAliases[1].ip: duplicate ip "10.0.0.1"',),
        ),
        ("imagePullSecrets: [{}]", ('spec.imagePullSecrets[0].name: invalid empty name ""',)),
    ],
)
def test_what_is_odd_about_a_pod_is_said_with_its_place(spec, told):
    assert pod(spec) == told


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("type: ClusterIP, ports: [{port: 80}]", ()),
        (
            "clusterIP: None, sessionAffinity: ClientIP, ports: [{port: 80}]",
            ("spec.SessionAffinity is ignored for headless services",),
        ),
        (
            "externalName: example.com, ports: [{port: 80}]",
            ('spec.externalName is ignored when spec.type is not "ExternalName"',),
        ),
        (
            "trafficDistribution: PreferClose, ports: [{port: 80}]",
            ('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',),
        ),
    ],
)
def test_what_a_service_of_this_type_does_not_heed_is_said(spec, told):
    assert said("Service", f"spec: {{{spec}}}") == told


def test_a_tls_secret_without_a_certificate_in_it_is_warned_of():
    certificate = "-----BEGIN CERTIFICATE-----\\nYQ==\\n-----END CERTIFICATE-----\\n"
    tls = "type: kubernetes.io/tls\nstringData: {{tls.crt: {}, tls.key: b}}"
    assert said("Secret", tls.format("a")) == ("tls: failed to find any PEM data in certificate input",)
    assert said("Secret", tls.format(f'"{certificate}"')) == ("tls: failed to find any PEM data in key input",)


def test_a_statefulset_that_keeps_all_its_revisions_is_warned_of():
    template = "{metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}"
    spec = f"{{serviceName: s, revisionHistoryLimit: -1, selector: {{matchLabels: {{a: b}}}}, template: {template}}}"
    assert said("StatefulSet", f"spec: {spec}", "apps/v1") == (
        "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended",
    )
