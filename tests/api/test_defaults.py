"""What the API server fills in, where recordings do not show it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelab.api import manifest, scheme
from kubelab.api.core.pod import Pod
from kubelab.api.defaults import apply_defaults
from kubelab.api.model import evolve
from kubelab.api.validation import validate


def filled(text: str) -> Any:
    (obj,) = manifest.load(text)
    return apply_defaults(obj)


def pod(spec: str) -> Any:
    return filled(f"{{apiVersion: v1, kind: Pod, metadata: {{name: p}}, spec: {spec}}}")


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("nginx", "Always"),
        ("nginx:latest", "Always"),
        ("nginx:1.27", "IfNotPresent"),
        ("registry.example.com:5000/a/b", "Always"),
        ("registry.example.com:5000/a/b:v1", "IfNotPresent"),
        (f"nginx@sha256:{'a' * 64}", "IfNotPresent"),
        (f"nginx:latest@sha256:{'a' * 64}", "Always"),
        ("Not A Reference", "IfNotPresent"),
        ("", "IfNotPresent"),
    ],
)
def test_the_pull_policy_follows_from_the_image(image: str, policy: str) -> None:
    assert pod(f"{{containers: [{{name: c, image: '{image}'}}]}}").spec.containers[0].image_pull_policy == policy


def test_a_limit_without_a_request_is_a_request_too_in_a_pod() -> None:
    containers = "containers: [{name: c, image: i, resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 100m}}}]"
    assert pod(f"{{{containers}}}").spec.containers[0].resources.requests == {"cpu": "100m", "memory": "1Gi"}
    deployment = filled(
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, "
        f"spec: {{template: {{spec: {{{containers}}}}}}}}}"
    )
    assert deployment.spec.template.spec.containers[0].resources.requests == {"cpu": "100m"}


def test_amounts_get_their_canonical_form_and_at_most_three_decimals() -> None:
    resources = (
        pod(
            "{containers: [{name: c, image: i, "
            "resources: {requests: {cpu: '0.5', memory: 1024Mi, example.com/x: 100u}}}]}"
        )
        .spec.containers[0]
        .resources
    )
    assert resources.requests == {"cpu": "500m", "memory": "1Gi", "example.com/x": "1m"}


def test_ports_on_the_host_network_are_ports_of_the_host() -> None:
    spec = pod("{hostNetwork: true, containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}").spec
    assert spec.containers[0].ports[0].host_port == 80


def test_both_spellings_of_the_service_account_are_kept_alike() -> None:
    spec = pod("{serviceAccount: builder, containers: [{name: c, image: i}]}").spec
    assert (spec.service_account_name, spec.service_account) == ("builder", "builder")


def test_a_grace_period_of_zero_is_not_missing() -> None:
    assert pod("{terminationGracePeriodSeconds: 0, containers: []}").spec.termination_grace_period_seconds == 0


def test_the_resources_of_a_pod_as_a_whole_cover_its_containers() -> None:
    spec = pod(
        "{resources: {limits: {cpu: 2, memory: 1Gi}}, initContainers: ["
        "{name: i, image: i, resources: {requests: {cpu: 700m}}}], containers: ["
        "{name: a, image: i, resources: {requests: {cpu: 300m}}},"
        "{name: b, image: i, resources: {requests: {cpu: 200m}}}]}"
    ).spec
    assert spec.resources.requests == {"cpu": "700m", "memory": "1Gi"}


def test_a_volume_without_a_source_is_an_empty_directory() -> None:
    spec = pod(
        "{containers: [{name: c, image: i}], volumes: [{name: v}, {name: t, projected: {sources: ["
        "{serviceAccountToken: {path: token}}]}}]}"
    ).spec
    assert spec.volumes[0].empty_dir is not None
    assert spec.volumes[1].projected.default_mode == 0o644
    assert spec.volumes[1].projected.sources[0].service_account_token.expiration_seconds == 3600


def test_texts_of_a_secret_become_data() -> None:
    secret = filled("{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: AAAA}, stringData: {a: x, b: ü}}")
    assert secret.data == {"a": "eA==", "b": "w7w="}
    assert secret.string_data == {}
    assert secret.type == "Opaque"


def test_a_service_of_each_type() -> None:
    def service(spec: str) -> Any:
        return filled(f"{{apiVersion: v1, kind: Service, metadata: {{name: s}}, spec: {spec}}}").spec

    assert service("{ports: [{port: 80, targetPort: web}]}").ports[0].target_port == "web"
    assert service("{ports: [{port: 80}]}").external_traffic_policy == ""
    assert service("{ports: [{port: 80}], externalIPs: [192.0.2.1]}").external_traffic_policy == "Cluster"
    balanced = service("{type: LoadBalancer, ports: [{port: 80}]}")
    assert (balanced.external_traffic_policy, balanced.allocate_load_balancer_node_ports) == ("Cluster", True)
    external = service("{type: ExternalName, externalName: example.com}")
    assert (external.internal_traffic_policy, external.session_affinity) == (None, "None")
    sticky = service("{sessionAffinity: ClientIP, ports: [{port: 80}]}")
    assert sticky.session_affinity_config.client_ip.timeout_seconds == 10800


def test_a_job_with_only_parallelism_is_a_work_queue() -> None:
    template = "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}"
    job = filled(f"{{apiVersion: batch/v1, kind: Job, metadata: {{name: j}}, spec: {{parallelism: 3, {template}}}}}")
    assert (job.spec.parallelism, job.spec.completions) == (3, None)
    once = filled(f"{{apiVersion: batch/v1, kind: Job, metadata: {{name: j}}, spec: {{{template}}}}}")
    assert (once.spec.parallelism, once.spec.completions, once.spec.backoff_limit) == (1, 1, 6)
    assert once.metadata.labels == {"a": "b"}


def test_all_capacity_of_a_node_is_allocatable() -> None:
    node = filled("{apiVersion: v1, kind: Node, metadata: {name: one}, status: {capacity: {cpu: 4, memory: 8Gi}}}")
    assert node.status.allocatable == {"cpu": "4", "memory": "8Gi"}


def test_a_limit_range_of_containers() -> None:
    item = filled(
        "{apiVersion: v1, kind: LimitRange, metadata: {name: l}, spec: {limits: ["
        "{type: Container, max: {cpu: 2}, min: {memory: 64Mi}, default: {memory: 1Gi}}]}}"
    ).spec.limits[0]
    assert item.default == {"cpu": "2", "memory": "1Gi"}
    assert item.default_request == {"cpu": "2", "memory": "1Gi"}


def test_pods_of_one_template_share_one_defaulted_specification() -> None:
    (template,) = manifest.load(
        "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: i}]}}"
    )
    assert isinstance(template, Pod)
    pods = [apply_defaults(evolve(template, metadata=evolve(template.metadata, name=f"p-{n}"))) for n in range(3)]
    assert pods[0].spec is pods[1].spec is pods[2].spec
    assert pods[0].spec is not template.spec


def test_every_kind_can_be_empty() -> None:
    for kind in scheme.KINDS:
        once = apply_defaults(kind.model())
        assert apply_defaults(once) is once


names = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
images = st.sampled_from(["nginx", "nginx:1.27", "registry.example.com/a/b:v1"])
amounts = st.sampled_from(["100m", "0.5", "1", "2"])
probes = st.fixed_dictionaries(
    {},
    optional={
        "initialDelaySeconds": st.integers(0, 10),
        "periodSeconds": st.integers(0, 10),
        "timeoutSeconds": st.integers(0, 10),
        "failureThreshold": st.integers(0, 10),
    },
).flatmap(
    lambda probe: st.sampled_from(
        [
            {"httpGet": {"port": 80}},
            {"tcpSocket": {"port": "web"}},
            {"exec": {"command": ["true"]}},
            {"grpc": {"port": 9}},
        ]
    ).map(lambda handler: {**probe, **handler})
)
containers = st.fixed_dictionaries(
    {"image": images},
    optional={
        "ports": st.lists(st.integers(1, 65535), max_size=2, unique=True).map(
            lambda ports: [{"containerPort": port} for port in ports]
        ),
        "env": st.lists(names, max_size=2).map(lambda keys: [{"name": key, "value": "v"} for key in keys]),
        "resources": amounts.map(lambda cpu: {"limits": {"cpu": cpu, "memory": "64Mi"}}),
        "livenessProbe": probes,
        "readinessProbe": probes,
        "lifecycle": st.just({"preStop": {"sleep": {"seconds": 1}}}),
    },
)
pod_specs = st.fixed_dictionaries(
    {
        "containers": st.dictionaries(names, containers, min_size=1, max_size=3).map(
            lambda named: [{"name": name, **container} for name, container in named.items()]
        )
    },
    optional={
        "volumes": st.dictionaries(
            names,
            st.sampled_from([{}, {"emptyDir": {}}, {"configMap": {"name": "c"}}, {"secret": {"secretName": "s"}}]),
        ).map(lambda named: [{"name": name, **source} for name, source in named.items()]),
        "nodeSelector": st.dictionaries(names, names, max_size=2),
        "tolerations": st.just([{"operator": "Exists"}]),
        "hostNetwork": st.just(False),
        "terminationGracePeriodSeconds": st.integers(1, 60),
    },
)
workloads = st.builds(
    lambda kind, name, spec: {
        "apiVersion": "v1" if kind in ("Pod", "ReplicationController") else "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "default"},
        "spec": spec
        if kind == "Pod"
        else {
            "template": {"metadata": {"labels": {"app": name}}, "spec": spec},
            **({} if kind == "ReplicationController" else {"selector": {"matchLabels": {"app": name}}}),
        },
    },
    st.sampled_from(["Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController"]),
    names,
    pod_specs,
)


@given(workloads)
def test_a_right_workload_is_right_with_its_defaults_and_they_are_complete(workload: dict[str, Any]) -> None:
    once = apply_defaults(manifest.from_manifest(workload))
    assert [str(error) for error in validate(once)] == []
    assert apply_defaults(once) is once
