"""The rules of metadata and of all kinds but Pods.

The lines are those of `pkg/apis/*/validation` of Kubernetes 1.36.
"""

from typing import Any

import pytest

from kubelab.api import manifest, scheme
from kubelab.api.defaults import apply_defaults
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap
from kubelab.api.validation import ErrorType, FieldError, invalid_message, validate, validate_update


def made(text: str) -> Any:
    """An object with defaults, in a namespace, as it is stored for the first time."""
    (given,) = manifest.load(text)
    obj: Any = apply_defaults(given)
    namespace = "default" if scheme.kind_of(obj).namespaced else ""
    return evolve(obj, metadata=evolve(obj.metadata, namespace=namespace, resource_version="1"))


def lines(text: str) -> list[str]:
    return [str(error) for error in validate(made(text))]


def update_lines(new: Any, old: Any, subresource: str = "") -> list[str]:
    return list(dict.fromkeys(str(error) for error in validate_update(new, old, subresource)))


def test_what_every_object_keeps() -> None:
    old = made("{apiVersion: v1, kind: ConfigMap, metadata: {name: c, uid: u-1}}")
    meta = evolve(old.metadata, name="d", uid="u-2", resource_version="", generation=-1)
    assert update_lines(evolve(old, metadata=meta), old) == [
        'metadata.resourceVersion: Invalid value: "": must be specified for an update',
        "metadata.generation: Invalid value: -1: must not be decremented",
        'metadata.name: Invalid value: "d": field is immutable',
        'metadata.uid: Invalid value: "u-2": field is immutable',
        "metadata.generation: Invalid value: -1: must be greater than or equal to 0",
    ]


def test_no_finalizer_is_added_to_what_is_being_deleted() -> None:
    old = made("{apiVersion: v1, kind: ConfigMap, metadata: {name: c, deletionTimestamp: '2026-01-01T00:00:00Z'}}")
    new = evolve(old, metadata=evolve(old.metadata, finalizers=("example.com/hold",)))
    assert update_lines(new, old) == [
        "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new "
        'finalizers []string{"example.com/hold"}'
    ]


def test_an_owner_is_named_completely_and_one_controls() -> None:
    owner = "{apiVersion: apps/v1, kind: ReplicaSet, name: %s, uid: u-1, controller: true}"
    found = lines(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, finalizers: [mine], ownerReferences: ["
        f"{owner % 'a'}, {owner % 'b'}, {{apiVersion: v1, kind: Pod, name: x, uid: ''}}]}}}}"
    )
    assert found[0].endswith(
        ': Only one reference can have Controller set to true. Found "true" in references for ReplicaSet/a and '
        "ReplicaSet/b"
    )
    assert found[1:] == [
        'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
        'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully '
        "qualified",
    ]


WORKLOAD = (
    "{selector: {matchLabels: {a: b}}, "
    "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}"
)


def test_the_selector_of_a_workload_stays() -> None:
    for kind in ("Deployment", "ReplicaSet", "DaemonSet"):
        old = made(f"{{apiVersion: apps/v1, kind: {kind}, metadata: {{name: d}}, spec: {WORKLOAD}}}}}")
        labels = FrozenMap({"a": "c"})
        template = old.spec.template
        spec = evolve(
            old.spec,
            selector=evolve(old.spec.selector, match_labels=labels),
            template=evolve(template, metadata=evolve(template.metadata, labels=labels)),
        )
        assert update_lines(evolve(old, spec=spec), old) == [
            'spec.selector: Invalid value: {"matchLabels":{"a":"c"}}: field is immutable'
        ]


def test_the_strategy_of_a_deployment() -> None:
    head = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: "
    assert lines(f"{head}{WORKLOAD}, strategy: {{type: Sudden}}}}}}") == [
        'spec.strategy: Unsupported value: {"Type":"Sudden","RollingUpdate":null}: supported values: "Recreate", '
        '"RollingUpdate"'
    ]
    rolling = (
        "strategy: {rollingUpdate: {maxSurge: some, maxUnavailable: 120%}}, "
        "progressDeadlineSeconds: 5, minReadySeconds: 5"
    )
    assert lines(f"{head}{WORKLOAD}, {rolling}}}}}") == [
        'spec.strategy.rollingUpdate.maxSurge: Invalid value: "some": a valid percent string must be a numeric string '
        "followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "120%": must not be greater than 100%',
        "spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds",
    ]


def test_what_a_stateful_set_keeps() -> None:
    old = made(f"{{apiVersion: apps/v1, kind: StatefulSet, metadata: {{name: s}}, spec: {WORKLOAD}, serviceName: s}}}}")
    assert validate(old) == ()
    assert update_lines(evolve(old, spec=evolve(old.spec, replicas=3)), old) == []
    assert update_lines(evolve(old, spec=evolve(old.spec, service_name="t")), old) == [
        "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
        "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are "
        "forbidden"
    ]


def test_a_status_that_counts_wrong_is_refused() -> None:
    old = made(f"{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: d}}, spec: {WORKLOAD}}}}}")
    new = evolve(old, status=evolve(old.status, replicas=1, ready_replicas=1, available_replicas=2))
    assert update_lines(new, old, "status") == [
        "status.availableReplicas: Invalid value: 2: cannot be greater than status.replicas",
        "status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas",
    ]


def test_a_replication_controller() -> None:
    found = lines("{apiVersion: v1, kind: ReplicationController, metadata: {name: rc}, spec: {replicas: -1}}")
    assert found == [
        "spec.selector: Required value",
        "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
        "spec.template: Required value",
    ]


def test_ports_of_a_service_are_named_once_and_differ() -> None:
    found = lines(
        "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{name: a, port: 80, nodePort: 30000},"
        " {name: a, port: 80, targetPort: 81}]}}"
    )
    assert found == [
        'spec.ports[1].name: Duplicate value: "a"',
        "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
        'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,'
        '"NodePort":0}',
    ]


def test_what_a_service_of_one_type_may_have() -> None:
    found = lines(
        "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 80}], externalTrafficPolicy: Local,"
        " loadBalancerClass: example.com/x, allocateLoadBalancerNodePorts: true, healthCheckNodePort: 30000,"
        " loadBalancerSourceRanges: [10.0.0.1/8], trafficDistribution: Near, externalIPs: [127.0.0.1]}}"
    )
    assert found == [
        'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
        "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
        'spec.LoadBalancerSourceRanges[0]: Invalid value: "10.0.0.1/8": must not have bits set beyond the '
        "prefix length",
        "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
        "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
        "spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is 'LoadBalancer' and "
        "`externalTrafficPolicy` is 'Local'",
        'spec.trafficDistribution: Unsupported value: "Near": supported values: "PreferClose", "PreferSameZone", '
        '"PreferSameNode"',
    ]


def test_a_service_may_start_with_a_digit_but_not_have_a_dot() -> None:
    assert lines("{apiVersion: v1, kind: Service, metadata: {name: 1web}, spec: {ports: [{port: 80}]}}") == []
    assert lines("{apiVersion: v1, kind: Service, metadata: {name: a.b}, spec: {ports: [{port: 80}]}}") == [
        'metadata.name: Invalid value: "a.b": must not contain dots'
    ]


def test_keys_of_a_config_map() -> None:
    found = lines(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {..x: '1', a: '1', 'b c': '1'},"
        " binaryData: {a: AAAA}}"
    )
    assert [line.partition(" (e.g.")[0] for line in found] == [
        "data[..x]: Invalid value: \"..x\": must not start with '..'",
        'data[a]: Invalid value: "a": duplicate of key present in binaryData',
        "data[b c]: Invalid value: \"b c\": a valid config key must consist of alphanumeric characters, '-', "
        "'_' or '.'",
    ]
    big = f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: c}}, data: {{a: {'x' * (1024 * 1024 + 1)}}}}}"
    assert lines(big) == ["[]: Too long: may not be more than 1048576 bytes"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("{}", ""),
        ('{"auths": {}}', ""),
        ("[]", "json: cannot unmarshal array into Go value of type map[string]interface {}"),
        ('"x"', "json: cannot unmarshal string into Go value of type map[string]interface {}"),
        ("", "unexpected end of JSON input"),
        ("{", "unexpected end of JSON input"),
        ("{a: 1}", "invalid character 'a' looking for beginning of object key string"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a": 1 "b"}', "invalid character '\"' after object key:value pair"),
        ('{"a": [1 2]}', "invalid character '2' after array element"),
        ("{} x", "invalid character 'x' after top-level value"),
        ("hello", "invalid character 'h' looking for beginning of value"),
        ("trap", "invalid character 'a' in literal true (expecting 'u')"),
    ],
)
def test_docker_credentials_are_a_json_object(content: str, text: str) -> None:
    import json

    found = lines(
        "{apiVersion: v1, kind: Secret, metadata: {name: s}, type: kubernetes.io/dockerconfigjson,"
        f" stringData: {{.dockerconfigjson: {json.dumps(content)}}}}}"
    )
    path = "data[.dockerconfigjson]: Invalid value: "
    assert found == ([f'{path}"<secret contents redacted>": {text}'] if text else [])


def test_a_node_and_its_taints() -> None:
    found = lines(
        "{apiVersion: v1, kind: Node, metadata: {name: a}, spec: {podCIDRs: [10.0.0.1/24], taints: ["
        "{key: k, effect: NoRun}, {key: k, value: v, effect: NoSchedule}, {key: k, effect: NoSchedule}]},"
        " status: {capacity: {pods: 1500m}}}"
    )
    assert found == [
        'metadata.taints[0].effect: Unsupported value: "NoRun": supported values: "NoSchedule", "PreferNoSchedule", '
        '"NoExecute"',
        'metadata.taints[2]: Duplicate value: {"Key":"k","Value":"","Effect":"NoSchedule","TimeAdded":null}: taints '
        "must be unique by key and effect pair",
        'status.capacity.pods: Invalid value: "1500m": must be an integer',
        'status.allocatable.pods: Invalid value: "1500m": must be an integer',
        'spec.podCIDRs[0]: Invalid value: "10.0.0.1/24": must not have bits set beyond the prefix length',
    ]
    old = made("{apiVersion: v1, kind: Node, metadata: {name: a}, spec: {podCIDR: 10.0.0.0/24, providerID: x}}")
    new = evolve(old, spec=evolve(old.spec, pod_cidrs=("10.0.1.0/24",), provider_id="y"))
    assert update_lines(new, old) == [
        'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
        'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    ]


def test_a_namespace_is_terminating_exactly_while_it_is_deleted() -> None:
    old = made("{apiVersion: v1, kind: Namespace, metadata: {name: a}}")
    gone = evolve(old, status=evolve(old.status, phase="Terminating"))
    assert update_lines(gone, old, "status") == [
        "status.Phase: Invalid value: \"Terminating\": may only be 'Active' if `deletionTimestamp` is empty"
    ]


def test_endpoint_slices_and_endpoints() -> None:
    found = lines(
        "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: s}, addressType: IPv4, endpoints: ["
        "{addresses: []}, {addresses: ['2001:db8::1']}, {addresses: [169.254.0.1]}], ports: [{port: 80}, {port: 81}]}"
    )
    assert found == [
        'ports[1].name: Duplicate value: ""',
        "endpoints[0].addresses: Required value: must contain at least 1 address",
        'endpoints[1].addresses: Invalid value: "2001:db8::1": must be an IPv4 address',
        'endpoints[2].addresses[0]: Invalid value: "169.254.0.1": may not be in the link-local range (169.254.0.0/16, '
        "fe80::/10)",
    ]
    assert lines("{apiVersion: v1, kind: Endpoints, metadata: {name: e}, subsets: [{ports: [{port: 0}]}]}") == [
        "subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`",
        "subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
    ]


def test_a_lease() -> None:
    found = lines(
        "{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: a},"
        " spec: {leaseDurationSeconds: 0, leaseTransitions: -1}}"
    )
    assert found == [
        "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
        "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
    ]


def test_a_claim_is_changed_only_when_bound_and_only_grows() -> None:
    old = made(
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {accessModes: [ReadWriteOnce],"
        " storageClassName: a, volumeName: v, resources: {requests: {storage: 2Gi}}},"
        " status: {phase: Bound, capacity: {storage: 2Gi}}}"
    )

    def sized(storage: str) -> Any:
        resources = evolve(old.spec.resources, requests=FrozenMap({"storage": storage}))
        return evolve(old, spec=evolve(old.spec, resources=resources))

    assert update_lines(sized("3Gi"), old) == []
    assert update_lines(sized("1Gi"), old) == [
        "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"
    ]
    moved = evolve(old, spec=evolve(old.spec, storage_class_name="b"))
    [refused] = update_lines(moved, old)
    text, _, shown = refused.partition("\n")
    assert text == (
        "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName "
        "for bound claims"
    )
    assert '- "StorageClassName": "a",\n+ "StorageClassName": "b",\n' in shown


def test_the_template_of_a_job_stays() -> None:
    labels = "{controller-uid: u, batch.kubernetes.io/controller-uid: u, job-name: j, batch.kubernetes.io/job-name: j}"
    old = made(
        "{apiVersion: batch/v1, kind: Job, metadata: {name: j, uid: u}, spec: {"
        "selector: {matchLabels: {batch.kubernetes.io/controller-uid: u}}, "
        f"template: {{metadata: {{labels: {labels}}},"
        " spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}"
    )
    assert validate(old) == ()
    assert update_lines(evolve(old, spec=evolve(old.spec, parallelism=3)), old) == []
    assert update_lines(evolve(old, spec=evolve(old.spec, completions=3)), old) == [
        "spec.completions: Invalid value: 3: field is immutable"
    ]
    pod_spec = evolve(old.spec.template.spec, active_deadline_seconds=5)
    changed = evolve(old, spec=evolve(old.spec, template=evolve(old.spec.template, spec=pod_spec)))
    (line,) = update_lines(changed, old)
    assert line.startswith("spec.template: Invalid value: {") and line.endswith(": field is immutable")


def test_an_autoscaler() -> None:
    found = lines(
        "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h}, spec: {minReplicas: 3,"
        " maxReplicas: 2, scaleTargetRef: {kind: Deployment}, metrics: [{type: Resource, resource: {name: cpu,"
        " target: {type: Utilization, averageUtilization: 0}}}, {type: Pods}]}}"
    )
    assert found == [
        "spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`",
        "spec.scaleTargetRef.name: Required value",
        "spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0",
        "spec.metrics[1].pods: Required value: must populate information for the given metric source",
    ]


def test_other_kinds_keep_what_they_must() -> None:
    disruption = "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: UPPER}, spec: %s}"
    assert lines(disruption % "{minAvailable: 1, maxUnavailable: 150%}") == [
        'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":"150%","UnhealthyPodEvictionPolicy":'
        "null}: minAvailable and maxUnavailable cannot be both set",
        'spec.maxUnavailable: Invalid value: "150%": must not be greater than 100%',
    ]
    assert lines(disruption % "{minAvailable: 1}") == []
    priority = made("{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: p}, value: 5}")
    assert update_lines(evolve(priority, value=6), priority) == ["value: Forbidden: may not be changed in an update."]
    storage = made("{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: s}, provisioner: a.io/b}")
    assert update_lines(evolve(storage, provisioner="a.io/c"), storage) == [
        'provisioner: Invalid value: "a.io/c": field is immutable'
    ]


def test_a_custom_resource_definition() -> None:
    found = lines(
        "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: x}, spec: {group: web,"
        " scope: Namespaced, names: {plural: Xs, kind: X}, versions: [{name: v1, served: true, storage: false}]}}"
    )
    assert [line.partition(" (e.g.")[0] for line in found] == [
        'metadata.name: Invalid value: "x": must be spec.names.plural+"."+spec.group',
        'spec.group: Invalid value: "web": should be a domain with at least one dot',
        "spec.versions[0].schema.openAPIV3Schema: Required value",
        'spec.versions: Invalid value: [{"Name":"v1","Served":true,"Storage":false,"Deprecated":false,'
        '"DeprecationWarning":null,"Schema":null,"Subresources":null,"AdditionalPrinterColumns":null,'
        '"SelectableFields":null}]: must have exactly one version marked as storage version',
        'spec.names.plural: Invalid value: "Xs": a DNS-1035 label must consist of lower case alphanumeric characters '
        "or '-', start with an alphabetic character, and end with an alphanumeric character",
        "status.storedVersions: Invalid value: null: must have at least one stored version",
    ]


def test_the_sentence_of_the_server() -> None:
    error = FieldError(ErrorType.INVALID, "spec.replicas", -1, "must be greater than or equal to 0")
    needed = FieldError(ErrorType.REQUIRED, "spec.selector", "")
    assert invalid_message("Deployment.apps", "d", [error]) == (
        'Deployment.apps "d" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0'
    )
    assert invalid_message("Deployment.apps", "d", [error, needed, error]) == (
        'Deployment.apps "d" is invalid: [spec.replicas: Invalid value: -1: must be greater than or equal to 0, '
        "spec.selector: Required value]"
    )
    assert (needed.cause.reason, needed.cause.field, needed.cause.message) == (
        "FieldValueRequired",
        "spec.selector",
        "Required value",
    )


def test_values_are_quoted_as_go_quotes_them() -> None:
    shown = [
        ('a"b\\', r'"a\"b\\"'),
        ("tab\tbell\a\x01", r'"tab\tbell\a\x01"'),
        ("grün ☸", '"grün ☸"'),
        ("\u200b", r'"\u200b"'),
        (True, "true"),
        (None, "null"),
        ((), "null"),
        (("a", 1), '["a",1]'),
        (FrozenMap({"b": "<", "a": "&"}), r'{"a":"\u0026","b":"\u003c"}'),
    ]
    for value, text in shown:
        assert str(FieldError(ErrorType.INVALID, "f", value, "")) == f"f: Invalid value: {text}"
