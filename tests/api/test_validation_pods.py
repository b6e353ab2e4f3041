"""What may be in a Pod and what of it may change.

The lines are those of `pkg/apis/core/validation` of Kubernetes 1.36.
"""

from typing import Any

from kubelab.api import manifest, scheme
from kubelab.api.defaults import apply_defaults
from kubelab.api.model import evolve
from kubelab.api.validation import validate, validate_update


def made(text: str) -> Any:
    """An object with defaults, in a namespace, as it is stored for the first time."""
    (given,) = manifest.load(text)
    obj: Any = apply_defaults(given)
    namespace = "default" if scheme.kind_of(obj).namespaced else ""
    return evolve(obj, metadata=evolve(obj.metadata, namespace=namespace, resource_version="1"))


def pod(spec: str, annotations: str = "{}") -> Any:
    return made(f"{{apiVersion: v1, kind: Pod, metadata: {{name: p, annotations: {annotations}}}, spec: {spec}}}")


def pod_lines(spec: str, annotations: str = "{}") -> list[str]:
    return [str(error) for error in validate(pod(spec, annotations))]


def container_lines(fields: str) -> list[str]:
    return pod_lines(f"{{containers: [{{name: c, image: i, {fields}}}]}}")


def update_lines(new: Any, old: Any, subresource: str = "") -> list[str]:
    return list(dict.fromkeys(str(error) for error in validate_update(new, old, subresource)))


def test_a_pod_needs_a_container() -> None:
    assert pod_lines("{}") == ["spec.containers: Required value"]


def test_names_of_containers_are_labels_and_unique() -> None:
    found = pod_lines("{containers: [{name: a.b, image: i}, {image: i}, {name: c, image: i}, {name: c, image: ' i'}]}")
    assert found == [
        'spec.containers[0].name: Invalid value: "a.b": must not contain dots',
        "spec.containers[1].name: Required value",
        'spec.containers[3].name: Duplicate value: "c"',
        'spec.containers[3].image: Invalid value: " i": must not have leading or trailing whitespace',
    ]


def test_ports_of_a_container() -> None:
    ports = "ports: [{containerPort: 0}, {containerPort: 70000, name: UPPER}, {containerPort: 80, protocol: IP}]"
    assert container_lines(ports) == [
        "spec.containers[0].ports[0].containerPort: Required value",
        'spec.containers[0].ports[1].name: Invalid value: "UPPER": must contain only alpha-numeric characters '
        "(a-z, 0-9), and hyphens (-)",
        'spec.containers[0].ports[1].name: Invalid value: "UPPER": must contain at least one letter (a-z)',
        "spec.containers[0].ports[1].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
        'spec.containers[0].ports[2].protocol: Unsupported value: "IP": supported values: "SCTP", "TCP", "UDP"',
    ]


def test_one_port_of_the_host_is_taken_once() -> None:
    found = pod_lines(
        "{containers: [{name: a, image: i, ports: [{containerPort: 80, hostPort: 80}]},"
        " {name: b, image: i, ports: [{containerPort: 81, hostPort: 80}]}]}"
    )
    assert found == ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//80"']


def test_requests_stay_within_limits() -> None:
    resources = "resources: {requests: {cpu: 2, memory: 1Gi}, limits: {cpu: 1500m, memory: 1Gi, gpu: 1}}"
    assert container_lines(resources) == [
        'spec.containers[0].resources.limits[gpu]: Invalid value: "gpu": must be a standard resource type or fully '
        "qualified",
        'spec.containers[0].resources.limits[gpu]: Invalid value: "gpu": must be a standard resource for containers',
        'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1500m',
        'spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource type or fully '
        "qualified",
        'spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource for containers',
    ]


def test_extended_resources_are_whole_and_not_overcommitted() -> None:
    resources = "resources: {requests: {example.com/gpu: 1500m}, limits: {example.com/gpu: 2}}"
    assert container_lines(resources) == [
        'spec.containers[0].resources.requests[example.com/gpu]: Invalid value: "1500m": must be an integer',
        'spec.containers[0].resources.requests: Invalid value: "1500m": must be equal to example.com/gpu limit of 2',
    ]
    assert container_lines("resources: {requests: {example.com/gpu: 1}}") == [
        "spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources"
    ]


def test_a_negative_amount_is_refused() -> None:
    assert container_lines("resources: {requests: {cpu: -100m}}") == [
        'spec.containers[0].resources.requests[cpu]: Invalid value: "-100m": must be greater than or equal to 0'
    ]


def test_mounts_need_their_volume() -> None:
    found = pod_lines(
        "{volumes: [{name: data}], containers: [{name: c, image: i, volumeMounts: ["
        "{name: data, mountPath: /a}, {name: other, mountPath: /a}, {name: data, mountPath: /b, subPath: ../x}]}]}"
    )
    assert found == [
        'spec.containers[0].volumeMounts[1].name: Not found: "other"',
        'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/a": must be unique',
        "spec.containers[0].volumeMounts.subPath: Invalid value: \"../x\": must not contain '..'",
    ]


def test_a_volume_has_one_source() -> None:
    found = pod_lines(
        "{containers: [{name: c, image: i}], volumes: [{name: v, emptyDir: {}, configMap: {name: x}},"
        " {name: w, secret: {}}, {name: w, hostPath: {path: /a/../b, type: Tape}}]}"
    )
    assert found == [
        "spec.volumes[0].configMap: Forbidden: may not specify more than 1 volume type",
        "spec.volumes[1].secret.secretName: Required value",
        "spec.volumes[2].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'",
        'spec.volumes[2].hostPath.type: Unsupported value: "Tape": supported values: "", "BlockDevice", "CharDevice", '
        '"Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
    ]


def test_where_a_variable_takes_its_value_from() -> None:
    env = (
        "env: [{name: 'a=b', value: x}, {name: A, value: x, valueFrom: {secretKeyRef: {name: s, key: k}}},"
        " {name: B, valueFrom: {fieldRef: {fieldPath: spec.hostname}}},"
        " {name: C, valueFrom: {fieldRef: {fieldPath: metadata.labels}}},"
        " {name: D, valueFrom: {fieldRef: {fieldPath: \"metadata.annotations['x']\"}}}, {name: E, valueFrom: {}}]"
    )
    assert container_lines(env) == [
        'spec.containers[0].env[0].name: Invalid value: "a=b": a valid environment variable name must consist only of '
        "printable ASCII characters other than '='",
        'spec.containers[0].env[1].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
        'spec.containers[0].env[2].valueFrom.fieldRef.fieldPath: Invalid value: "spec.hostname": error converting '
        "fieldPath: field label not supported: spec.hostname",
        'spec.containers[0].env[3].valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported '
        'values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", '
        '"status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
        'spec.containers[0].env[5].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, '
        "`configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
    ]


def test_probes_and_hooks() -> None:
    fields = (
        "livenessProbe: {successThreshold: 2, exec: {}}, readinessProbe: {terminationGracePeriodSeconds: 3,"
        " httpGet: {port: no_name, scheme: FTP}}, lifecycle: {preStop: {sleep: {seconds: 40}}}"
    )
    assert container_lines(fields) == [
        "spec.containers[0].lifecycle.preStop.sleep: Invalid value: 40: must be non-negative and less than "
        "terminationGracePeriodSeconds (30)",
        "spec.containers[0].livenessProbe.exec.command: Required value",
        "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
        'spec.containers[0].readinessProbe.httpGet.port: Invalid value: "no_name": must contain only alpha-numeric '
        "characters (a-z, 0-9), and hyphens (-)",
        'spec.containers[0].readinessProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"',
        "spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 3: must not be set for "
        "readinessProbes",
    ]


def test_init_containers_have_probes_only_as_sidecars() -> None:
    probe = "livenessProbe: {tcpSocket: {port: 80}}"
    found = pod_lines(
        f"{{initContainers: [{{name: a, image: i, {probe}}}, {{name: b, image: i, restartPolicy: Always, {probe}}},"
        " {name: c, image: i}], containers: [{name: c, image: i}]}"
    )
    assert found == [
        "spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without "
        "restartPolicy=Always",
        'spec.initContainers[2].name: Duplicate value: "c"',
    ]


def test_tolerations_and_affinity() -> None:
    found = pod_lines(
        "{containers: [{name: c, image: i}], tolerations: [{operator: Equal}, {key: k, operator: Exists, value: v},"
        " {key: k, effect: NoRun, tolerationSeconds: 3}], affinity: {nodeAffinity: {"
        "requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []},"
        "preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0, preference: {matchExpressions: ["
        "{key: zone, operator: In}]}}]}, podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: ["
        "{labelSelector: {matchLabels: {a: b}}}]}}}"
    )
    assert found == [
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: "
        "must have at least one node selector term",
        "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must "
        "be in the range 1-100",
        "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference."
        "matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
        "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: "
        "can not be empty",
        "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "
        '"": name part must be non-empty',
        "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "
        "\"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
        "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
        "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
        'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which '
        'means "match all values and all keys"',
        "spec.tolerations[1].operator: Invalid value: \"v\": value must be empty when `operator` is 'Exists'",
        "spec.tolerations[2].effect: Invalid value: \"NoRun\": effect must be 'NoExecute' when `tolerationSeconds` is "
        "set",
        'spec.tolerations[2].effect: Unsupported value: "NoRun": supported values: "NoSchedule", "PreferNoSchedule", '
        '"NoExecute"',
    ]


def test_spreading_over_a_topology() -> None:
    constraint = "{maxSkew: 0, topologyKey: zone, whenUnsatisfiable: Wait, minDomains: 2}"
    found = pod_lines(
        f"{{containers: [{{name: c, image: i}}], topologySpreadConstraints: [{constraint}, {constraint}]}}"
    )
    assert found[:4] == [
        "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
        'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Wait": supported values: '
        '"DoNotSchedule", "ScheduleAnyway"',
        'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{zone, Wait}"',
        "spec.topologySpreadConstraints[0].minDomains: Invalid value: 2: can only use minDomains if "
        "whenUnsatisfiable=DoNotSchedule, not Wait",
    ]


def test_policies_and_names_of_a_pod() -> None:
    found = pod_lines(
        "{containers: [{name: c, image: i, imagePullPolicy: Sometimes}], restartPolicy: Perhaps, dnsPolicy: None,"
        " hostname: a.b, activeDeadlineSeconds: 0, nodeSelector: {'bad key': x}, securityContext: {runAsUser: -1},"
        " hostAliases: [{ip: nowhere}]}"
    )
    assert found == [
        'spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", '
        '"IfNotPresent", "Never"',
        'spec.restartPolicy: Unsupported value: "Perhaps": supported values: "Always", "OnFailure", "Never"',
        "spec.nodeSelector: Invalid value: \"bad key\": name part must consist of alphanumeric characters, '-', '_' "
        "or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', "
        "regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
        "spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive",
        "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None",
        "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive",
        'spec.hostname: Invalid value: "a.b": must not contain dots',
        'spec.hostAliases[0].ip: Invalid value: "nowhere": must be a valid IP address, (e.g. 10.9.8.7 or '
        "2001:db8::ffff)",
    ]


def test_annotations_that_mean_something() -> None:
    found = pod_lines(
        "{containers: [{name: c, image: i}]}", "{controller.kubernetes.io/pod-deletion-cost: '01', 'no way': x}"
    )
    assert [line.partition(" (e.g.")[0] for line in found] == [
        "metadata.annotations: Invalid value: \"no way\": name part must consist of alphanumeric characters, '-', "
        "'_' or '.', and must start and end with an alphanumeric character",
        'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "01": must be a 32bit '
        "integer",
    ]


def test_almost_nothing_of_a_pod_can_be_changed() -> None:
    old = pod("{containers: [{name: c, image: i}]}")
    container = old.spec.containers[0]

    def changed(**fields: Any) -> list[str]:
        return update_lines(evolve(old, spec=evolve(old.spec, **fields)), old)

    assert changed(containers=(evolve(container, image="other"),)) == []
    assert changed(active_deadline_seconds=60) == []
    refused = (
        "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
        "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
        "tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
    )
    [told] = changed(node_name="node-2")
    assert told.partition("\n")[0] == refused
    assert '- "NodeName": "",\n+ "NodeName": "node-2",\n' in told
    [told] = changed(containers=(evolve(container, command=("sh",)),))
    assert told.startswith(f"{refused}\n@@ ") and '-   "Command": null,\n+   "Command": [\n+    "sh"\n' in told
    assert changed(containers=(container, evolve(container, name="d"))) == [
        "spec.containers: Forbidden: pod updates may not add or remove containers"
    ]
