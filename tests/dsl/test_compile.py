"""What statements mean: each compared with the YAML that says the same."""

import textwrap

import pytest

from kubelab import dsl
from kubelab.api import manifest
from kubelab.errors import SourceError


def same(source: str, yaml: str) -> None:
    program = dsl.compile_text(source)
    assert (*program.nodes, *program.objects) == manifest.load(textwrap.dedent(yaml))


def pod_spec(statements: str, yaml: str) -> None:
    """Statements about a Pod with one container, and the YAML of its spec."""
    indented = "\n".join("  " + line for line in yaml.strip("\n").split("\n"))
    same(
        f"pod p img {{\n{statements}\n}}",
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p, labels: {{app: p}}}}\nspec:\n{indented}\n",
    )


def test_a_deployment_means_what_kubectl_create_makes() -> None:
    same(
        "deployment web x3 nginx:1.27",
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "nginx:1.27"}]}
        """,
    )


def test_where_is_the_selector_and_gives_the_pods_their_labels() -> None:
    same(
        "replicaset cache x2 where app in (redis, valkey), tier=back, !legacy, zone != a redis:7",
        """
        apiVersion: apps/v1
        kind: ReplicaSet
        metadata: {name: cache}
        spec:
          replicas: 2
          selector:
            matchLabels: {tier: back}
            matchExpressions:
            - {key: app, operator: In, values: [redis, valkey]}
            - {key: legacy, operator: DoesNotExist}
            - {key: zone, operator: NotIn, values: [a]}
          template:
            metadata: {labels: {app: redis, tier: back}}
            spec: {containers: [{name: cache, image: "redis:7"}]}
        """,
    )


def test_a_replication_controller_selects_by_equality() -> None:
    same(
        "rc web x1 where app=web, tier=front nginx",
        """
        apiVersion: v1
        kind: ReplicationController
        metadata: {name: web}
        spec:
          replicas: 1
          selector: {app: web, tier: front}
          template:
            metadata: {labels: {app: web, tier: front}}
            spec: {containers: [{name: web, image: nginx}]}
        """,
    )


def test_ports_environment_and_resources() -> None:
    pod_spec(
        """
        port http 80, 53/UDP, 90 host 9090
        env A=1, B="two words", C from secret s.k, D from config c key "x.y" optional, E from field status.podIP,
            F from resource limits.cpu, from secret all prefix P_
        request cpu 250m, memory 128Mi
        limit cpu 1
        """,
        """
        containers:
        - name: p
          image: img
          ports:
          - {name: http, containerPort: 80}
          - {containerPort: 53, protocol: UDP}
          - {containerPort: 90, hostPort: 9090}
          env:
          - {name: A, value: "1"}
          - {name: B, value: two words}
          - {name: C, valueFrom: {secretKeyRef: {name: s, key: k}}}
          - {name: D, valueFrom: {configMapKeyRef: {name: c, key: x.y, optional: true}}}
          - {name: E, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
          - {name: F, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
          envFrom:
          - {prefix: P_, secretRef: {name: all}}
          resources: {requests: {cpu: 250m, memory: 128Mi}, limits: {cpu: "1"}}
        """,
    )


def test_volumes_are_made_where_they_are_mounted() -> None:
    pod_spec(
        """
        volume shared emptydir size 1Gi
        mount secret web.tls at /etc/tls readonly
        mount config settings as conf at /etc/conf subpath a.ini
        mount shared at /a
        mount emptydir cache medium Memory at /cache
        mount hostpath /var/log at /log
        sidecar log img2 mount shared at /b
        """,
        """
        volumes:
        - {name: shared, emptyDir: {sizeLimit: 1Gi}}
        - {name: web-tls, secret: {secretName: web.tls}}
        - {name: conf, configMap: {name: settings}}
        - {name: cache, emptyDir: {medium: Memory}}
        - {name: var-log, hostPath: {path: /var/log}}
        containers:
        - name: p
          image: img
          volumeMounts:
          - {name: web-tls, mountPath: /etc/tls, readOnly: true}
          - {name: conf, mountPath: /etc/conf, subPath: a.ini}
          - {name: shared, mountPath: /a}
          - {name: cache, mountPath: /cache}
          - {name: var-log, mountPath: /log}
        initContainers:
        - {name: log, image: img2, restartPolicy: Always, volumeMounts: [{name: shared, mountPath: /b}]}
        """,
    )


def test_probes_ask_at_the_first_port_unless_another_is_said() -> None:
    pod_spec(
        """
        ready http /healthz every 5s header Host=x
        live tcp on admin failures 3 delay 1m
        startup exec pg_isready -U me timeout 2s
        port http 8080
        """,
        """
        containers:
        - name: p
          image: img
          ports: [{name: http, containerPort: 8080}]
          readinessProbe:
            httpGet: {path: /healthz, port: 8080, httpHeaders: [{name: Host, value: x}]}
            periodSeconds: 5
          livenessProbe: {tcpSocket: {port: admin}, failureThreshold: 3, initialDelaySeconds: 60}
          startupProbe: {exec: {command: [pg_isready, -U, me]}, timeoutSeconds: 2}
        """,
    )


def test_what_holds_for_the_whole_pod() -> None:
    pod_spec(
        """
        restart Never; nodeName worker-1; serviceAccount king; nodeSelector disk=ssd
        tolerate gpu=true:NoSchedule, maintenance, *
        command sh -c "echo 'hi'; sleep 1"
        args --port=80,81 port
        """,
        """
        restartPolicy: Never
        nodeName: worker-1
        serviceAccountName: king
        nodeSelector: {disk: ssd}
        tolerations:
        - {key: gpu, operator: Equal, value: "true", effect: NoSchedule}
        - {key: maintenance, operator: Exists}
        - {operator: Exists}
        containers:
        - name: p
          image: img
          command: [sh, -c, "echo 'hi'; sleep 1"]
          args: ["--port=80,81", port]
        """,
    )


def test_behaviour_becomes_annotations_of_the_pod() -> None:
    pods = dsl.compile_text(
        "pod a img exits 3 after 1m30s\n"
        "pod b img crashes 2 times after 5s ready after 4s\n"
        "pod c { container x img never ready; container y img runs out of memory; serves 80, 81 }\n"
        "deployment d img stops in 0.5s starts in 2s cannot pull\n"
        "job j img stops 0 in 1s"
    ).objects
    assert [dict(p.metadata.annotations) for p in pods[:3]] == [
        {"kubelab/exit-code": "3", "kubelab/run-seconds": "90"},
        {"kubelab/crash": "2", "kubelab/run-seconds": "5", "kubelab/ready-seconds": "4"},
        {"kubelab/never-ready.x": "true", "kubelab/out-of-memory.y": "true", "kubelab/serves": "80,81"},
    ]
    assert dict(pods[3].spec.template.metadata.annotations) == {
        "kubelab/stop-seconds": "0.5",
        "kubelab/start-seconds": "2",
        "kubelab/cannot-pull": "true",
    }
    assert dict(pods[4].spec.template.metadata.annotations) == {
        "kubelab/stop-code": "0",
        "kubelab/stop-seconds": "1",
    }


def test_a_service_selects_what_its_workload_selects() -> None:
    services = dsl.compile_text(
        """
        service early -> deployment web
        deployment web where app=web, tier=front nginx { port http 80; port 90/UDP }
        service out NodePort 30080 -> deployment web port 80 to http, x 91/UDP nodePort 30091
        service some -> a=b, c=d port 1
        service none headless -> replicaset set
        replicaset set where k in (v, w) nginx
        service doc ExternalName db.example.com
        service sticky -> app=x port 80 sessionAffinity ClientIP after 3h
        """
    ).objects
    by_name = {s.metadata.name: s.spec for s in services if s.kind == "Service"}
    ports = [(p.name, p.port, p.protocol) for p in by_name["early"].ports]
    assert ports == [("http", 80, ""), ("port-2", 90, "UDP")]
    assert by_name["early"].selector == by_name["out"].selector == {"app": "web", "tier": "front"}
    assert [(p.target_port, p.node_port) for p in by_name["out"].ports] == [("http", 30080), (0, 30091)]
    assert by_name["some"].selector == {"a": "b", "c": "d"}
    assert (by_name["none"].cluster_ip, by_name["none"].selector, by_name["none"].ports) == ("None", {"k": "v"}, ())
    assert (by_name["doc"].type, by_name["doc"].external_name) == ("ExternalName", "db.example.com")
    config = by_name["sticky"].session_affinity_config
    assert config is not None and config.client_ip is not None and config.client_ip.timeout_seconds == 10800


def test_secrets_configs_claims_and_access() -> None:
    same(
        """
        secret a: basic-auth username=admin password="s3cret"
        secret b data k="YQ=="
        config c {
          a=1
          b.ini=\"\"\"
            [x]
              y = 2
            \"\"\"
        }
        pvc d 20Gi RWX class fast
        role e can get, list pods, deployments named web
        clusterrolebinding f clusterrole view to user jane, serviceaccount team:king
        """,
        """
        ---
        {apiVersion: v1, kind: Secret, metadata: {name: a}, type: kubernetes.io/basic-auth,
         stringData: {username: admin, password: s3cret}}
        ---
        {apiVersion: v1, kind: Secret, metadata: {name: b}, data: {k: YQ==}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: "1", b.ini: "[x]\\n  y = 2\\n"}}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: d}
        spec: {accessModes: [ReadWriteMany], storageClassName: fast, resources: {requests: {storage: 20Gi}}}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: e}
        rules:
        - {verbs: [get, list], apiGroups: ["", apps], resources: [pods, deployments], resourceNames: [web]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: f}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
        subjects:
        - {kind: User, apiGroup: rbac.authorization.k8s.io, name: jane}
        - {kind: ServiceAccount, name: king, namespace: team}
        """,
    )


def test_an_ingress_has_a_line_for_each_path() -> None:
    same(
        """
        ingress shop class nginx {
          shop.example.com/ -> service web:80
          shop.example.com/api exact -> api:http
          /all -> service web:80
          default -> service web:80
          tls shop.example.com secret tls
        }
        """,
        """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: shop}
        spec:
          ingressClassName: nginx
          defaultBackend: {service: {name: web, port: {number: 80}}}
          tls: [{hosts: [shop.example.com], secretName: tls}]
          rules:
          - host: shop.example.com
            http:
              paths:
              - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
              - {path: /api, pathType: Exact, backend: {service: {name: api, port: {name: http}}}}
          - http:
              paths:
              - {path: /all, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
        """,
    )


def test_machines() -> None:
    nodes = dsl.compile_text(
        "cluster { node w-[09..11] cpu 4 memory 8Gi zone a taint gpu=true:NoSchedule, x:NoExecute cordoned }"
    ).nodes
    assert [n.metadata.name for n in nodes] == ["w-09", "w-10", "w-11"]
    assert nodes[0].status.capacity == {"cpu": "4", "memory": "8Gi"}
    assert nodes[0].metadata.labels == {"topology.kubernetes.io/zone": "a"}
    assert [(t.key, t.value, t.effect) for t in nodes[0].spec.taints] == [
        ("gpu", "true", "NoSchedule"),
        ("x", "", "NoExecute"),
    ]
    assert nodes[0].spec.unschedulable


def test_what_a_cluster_is_equipped_with() -> None:
    program = dsl.compile_text("cluster { node w; cloud; ingress nginx, aws-alb\n ingress nginx }\npod cloud img")
    assert (program.cloud, program.ingress) == (True, ("nginx", "aws-alb"))
    assert [obj.metadata.name for obj in (*program.nodes, *program.objects)] == ["w", "cloud"]
    plain = dsl.compile_text("cluster { node w }")
    assert (plain.cloud, plain.ingress) == (False, ())


def test_namespaces_hold_what_stands_in_them() -> None:
    objects = dsl.compile_text(
        "namespace shop { label team=a; pod p img; clusterrole c can get pods }\nin other { pod p img }\npod p img"
    ).objects
    assert [(o.kind, o.metadata.namespace, o.metadata.name) for o in objects] == [
        ("Namespace", "", "shop"),
        ("Pod", "shop", "p"),
        ("ClusterRole", "", "c"),
        ("Pod", "other", "p"),
        ("Pod", "", "p"),
    ]
    assert objects[0].metadata.labels == {"team": "a"}


def test_any_field_by_its_path_typed_by_its_model() -> None:
    same(
        """
        deployment web nginx {
          .spec.minReadySeconds = 5
          .metadata.labels["example.com/x"] = 5
          pod.hostAliases = [{ip: 1.2.3.4, hostnames: [a, b]}]
          container.ports[0].containerPort = 80
          container.lifecycle = {preStop: {exec: {command: [sleep, "5"]}}}
          .spec.template.spec.containers[web].tty = true
          .spec.strategy.rollingUpdate.maxSurge = 25%
          .spec.selector = null
        }
        HorizontalPodAutoscaler h {
          .spec = {
            maxReplicas: 3
            scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          }
        }
        """,
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, labels: {example.com/x: "5"}}
        spec:
          minReadySeconds: 5
          strategy: {rollingUpdate: {maxSurge: 25%}}
          template:
            metadata: {labels: {app: web}}
            spec:
              hostAliases: [{ip: 1.2.3.4, hostnames: [a, b]}]
              containers:
              - name: web
                image: nginx
                tty: true
                ports: [{containerPort: 80}]
                lifecycle: {preStop: {exec: {command: [sleep, "5"]}}}
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: h}
        spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
        """,
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("expect 3 pods app=web Running", ("expect", "exactly", 3, "Pod", "", "app=web", ("Running",), None)),
        (
            "always at least 2 po app=web, tier=x Ready",
            ("always", "at least", 2, "Pod", "", "app=web,tier=x", ("Ready",), None),
        ),
        ("never at most 1 nodes Ready", ("never", "at most", 1, "Node", "", "", ("Ready",), None)),
        ("expect no pods in shop", ("expect", "exactly", 0, "Pod", "", "", (), "shop")),
        (
            "eventually deployment web Available",
            ("eventually", "all", 0, "Deployment", "web", "", ("Available",), None),
        ),
        ("expect pods where a in (x, y), !b", ("expect", "all", 0, "Pod", "", "a in (x,y),!b", (), None)),
    ],
)
def test_expectations(text: str, said: tuple[object, ...]) -> None:
    e = dsl.compile_text(text).expectations[0]
    assert (e.mode, e.relation, e.count, e.kind, e.name, e.selector, e.conditions, e.namespace) == said
    assert e.text == text


def test_the_rest_of_an_expectation() -> None:
    e = dsl.compile_text("in shop { expect pods not Ready on w-1 within 1m .status.phase != Failed }").expectations[0]
    assert (e.refused, e.node, e.within, e.namespace) == (("Ready",), "w-1", 60.0, "shop")
    assert str(e.comparisons[0]) == ".status.phase != Failed"


def test_where_each_thing_was_said() -> None:
    text = "deployment web x3 nginx {\n  port http 80\n  pod.priority = 5\n  ready http /\n}\n"
    program = dsl.compile_text(text)
    key = ("Deployment", "default", "web")

    def said(path: str) -> str:
        span = program.span_of(key, path)
        assert span is not None
        return text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]

    assert said("spec.replicas") == "x3"
    assert said("spec.template.spec.containers[0].ports[0].containerPort") == "http 80"
    assert said("spec.template.spec.priority") == "pod.priority = 5"
    assert said("spec.template.spec.containers[0].readinessProbe.httpGet.path") == "ready http /"
    assert said("metadata.name") == "web"
    assert program.span_of(("Pod", "", "web")) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("---\na: 1", "yaml"),
        ("# hello\napiVersion: v1\n", "yaml"),
        ("metadata:\n  name: x\nkind: Pod", "yaml"),
        ('{"kind": "Pod"}', "json"),
        ("# hello\n\ndeployment web nginx", "kube"),
        ("secret a: tls b=c", "kube"),
        ("", "kube"),
    ],
)
def test_the_language_of_a_text_is_recognised(text: str, language: str) -> None:
    assert dsl.sniff(text) == language


def test_what_a_process_uses_is_said_and_comes_back() -> None:
    program = dsl.compile_text("deployment web nginx uses cpu 200m, memory 64Mi\n")
    annotations = program.objects[0].spec.template.metadata.annotations
    assert annotations == {"kubelab/cpu-use": "200m", "kubelab/memory-use": "64Mi"}
    assert "uses cpu 200m, memory 64Mi" in dsl.to_source(program.objects)
    with pytest.raises(SourceError, match="a process uses cpu or memory"):
        dsl.compile_text("pod p nginx uses gpu 1\n")
    with pytest.raises(SourceError, match="`lots` is no amount"):
        dsl.compile_text("pod p nginx uses cpu lots\n")
