"""Objects → source → objects is the identity, for whatever the models can hold."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kubelab import dsl
from kubelab.api import manifest
from kubelab.api.scheme import KINDS, Kind, Object
from kubelab.api.shape import Field, Form, Shape, fields
from kubelab.dsl import source

TEXTS = [
    "a",
    "web",
    "port",
    "x3",
    "app.kubernetes.io/name",
    "a b",
    "",
    "null",
    "true",
    "80",
    "1.5",
    '"q"',
    "it's",
    "{x}",
    "a=b",
    "-x",
    "#c",
    "foo#bar",
    "é",
    "line1\nline2\n",
    "  indented\n\ttab",
    "a:",
    "pod.x",
    ".hidden",
    "->",
    "*",
    "web-*",
    "w-[1..2]",
    "\\",
    "a\\",
    "1e3",
    "=",
    "(",
    "in",
    "from",
    "user",
    "a,b",
    "x;y",
    '"""',
    "\u2028",
    "kubelab/crash",
    "Never",
    "RollingUpdate",
    "TCP",
    "~",
    "/path",
    "!x",
    "host/path",
    "\r\n",
    "\x00",
    "a" * 120,
]
SCALARS: dict[Form, list[Any]] = {
    Form.BINARY: ["YQ==", "YWI="],
    Form.INTEGER: [0, 1, 80, 8080, -1, 1000, 2**31 - 1],
    Form.NUMBER: [0.0, 1.5],
    Form.BOOLEAN: [True, False],
    Form.QUANTITY: ["1", "250m", "1Gi", "0", "-1", "1e3"],
    Form.TIME: ["2026-01-01T00:00:00Z"],
    Form.MICRO_TIME: ["2026-01-01T00:00:00.000001Z"],
    Form.INT_OR_STRING: [0, 1, 80, "25%", "80", "http", ""],
    Form.JSON: [1, -2, 1.5, True, "x", "true", "1", [1, "a", None], {}, {"a": 1, "b/c": {"d": None}}],
}


def value(data: st.DataObject, shape: Shape, depth: int, field: Field | None = None) -> Any:
    if shape.form is Form.STRING:
        return data.draw(st.sampled_from([*(field.values if field else ()), *TEXTS]))
    if shape.form in SCALARS:
        return data.draw(st.sampled_from(SCALARS[shape.form]))
    if shape.form is Form.LIST and shape.item:
        return [value(data, shape.item, depth - 1, field) for _ in range(data.draw(st.integers(0, 2)))]
    if shape.form is Form.MAP and shape.item:
        keys = data.draw(st.lists(st.sampled_from(TEXTS), max_size=2))
        return {key: value(data, shape.item, depth - 1) for key in keys}
    assert shape.model is not None
    return structure(data, shape.model, depth - 1)


def structure(data: st.DataObject, model: type[Any], depth: int) -> dict[str, Any]:
    if depth < 0:
        return {}
    known = list(fields(model).items())
    chosen = data.draw(st.lists(st.sampled_from(known), max_size=5, unique_by=lambda row: row[0]))
    return {name: value(data, field.shape, depth, field) for name, field in chosen}


def an_object(data: st.DataObject, kind: Kind) -> Object:
    said = structure(data, kind.model, 7)
    said |= {"apiVersion": kind.api_version, "kind": kind.kind}
    said.setdefault("metadata", {}).setdefault("name", "web")
    return manifest.from_manifest(said)


def comes_back(objects: list[Object]) -> None:
    text = dsl.to_source(objects)
    program = dsl.compile_text(text)
    assert list(program.nodes) == [o for o in objects if o.kind == "Node"]
    assert list(program.objects) == [o for o in objects if o.kind != "Node"]
    assert dsl.format_text(text) == text


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
@given(data=st.data())
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_any_object_of_any_kind_comes_back(kind: Kind, data: st.DataObject) -> None:
    comes_back([an_object(data, kind)])


@given(data=st.data())
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_any_objects_come_back_together(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(KINDS), min_size=2, max_size=4))
    comes_back([an_object(data, kind) for kind in kinds])


EVERYDAY = """
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec:
      serviceAccountName: king
      terminationGracePeriodSeconds: 5
      securityContext: {runAsNonRoot: true}
      initContainers: [{name: migrate, image: "example.com/m:1", args: ["--to=latest"]}]
      containers:
      - name: server
        image: nginx:1.27
        ports: [{name: http, containerPort: 8080}]
        env:
        - {name: PORT, value: "8080"}
        - {name: PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}
        readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 5}
        livenessProbe: {grpc: {port: 8080}, initialDelaySeconds: 20}
        resources: {requests: {cpu: 250m, memory: 128Mi}}
        volumeMounts: [{name: conf, mountPath: /etc/conf}, {name: tmp, mountPath: /tmp}]
      volumes:
      - {name: conf, configMap: {name: settings}}
      - {name: tmp, emptyDir: {}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: http, nodePort: 30080}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {a: "1", conf.ini: "[x]\\ny = 2\\n"}
---
apiVersion: v1
kind: Pod
metadata: {name: once, annotations: {kubelab/exit-code: "1", kubelab/run-seconds: "10", kubelab/crash: odd}}
spec: {restartPolicy: Never, containers: [{name: a, image: img}, {name: b, image: img:2}]}
"""

EVERYDAY_SOURCE = '''namespace shop {
  deployment web x3 server=nginx:1.27 {
    pod label tier=front
    label app=web
    serviceAccount king
    init migrate example.com/m:1 {
      args --to=latest
    }
    port http 8080
    env PORT=8080, PASSWORD from secret db.password
    request cpu 250m, memory 128Mi
    ready http /healthz every 5s
    live grpc delay 20s
    mount config settings as conf at /etc/conf
    mount emptydir tmp at /tmp
    strategy RollingUpdate surge 1 unavailable 0
    pod.terminationGracePeriodSeconds = 5
    pod.securityContext.runAsNonRoot = true
  }

  service web NodePort 30080 -> deployment web port 80 to http

  config settings {
    a=1
    conf.ini="""
      [x]
      y = 2
      """
  }
}

pod once {
  .metadata.labels = {}
  restart Never
  container a img
  container b img:2
  exits 1 after 10s
  annotation kubelab/crash=odd
}
'''


def test_an_everyday_system_reads_well() -> None:
    objects = manifest.load(EVERYDAY)
    assert dsl.to_source(objects) == EVERYDAY_SOURCE
    assert dsl.compile_text(EVERYDAY_SOURCE).objects == objects


def test_the_short_forms_alone_say_it_exactly() -> None:
    objects = manifest.load(EVERYDAY)
    assert source.differences("\n".join(source.program(objects, frozenset())), objects) == set()


def test_no_objects_are_no_text() -> None:
    assert dsl.to_source(()) == ""
