"""Claims, volumes, Services without Pods and Jobs, as the API server completes and refuses them."""

import pytest

from kubelab import Cluster
from kubelab.api.manifest import load
from kubelab.errors import StatusError
from kubelab.kubectl import run
from kubelab.state.requests import Create

MANUAL = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec: {capacity: {storage: 5Gi}, accessModes: [ReadWriteOnce], storageClassName: manual, hostPath: {path: /d}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: manual, resources: {requests: {storage: 1Gi}}}
"""


@pytest.fixture
def lab():
    return Cluster(nodes=1)


def created(lab, text):
    return lab.request(Create(object=load(text)[0])).after


def claim(source):
    spec = f"{{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}, {source}}}"
    return f"{{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {{name: copy}}, spec: {spec}}}"


def test_a_claim_grows_only_where_its_class_lets_it(lab):
    lab.apply(MANUAL)
    lab.run()
    grow = '{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}'
    told = run(lab, f"patch pvc data -p '{grow}'")
    assert told.err == (
        'Error from server (Forbidden): persistentvolumeclaims "data" is forbidden: only dynamically provisioned pvc '
        "can be resized and the storageclass that provisions the pvc must support resize\n"
    )
    head = "apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: manual}"
    created(lab, f"{{{head}, provisioner: example.com/disk, allowVolumeExpansion: true}}")
    assert run(lab, f"patch pvc data -p '{grow}'").out == "persistentvolumeclaim/data patched\n"


def test_the_old_and_the_new_way_to_name_a_data_source_say_the_same(lab):
    source = "{apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: snap}"
    spec = created(lab, claim(f"dataSource: {source}")).spec
    assert (spec.data_source_ref.kind, spec.data_source_ref.name) == ("VolumeSnapshot", "snap")


def test_a_data_source_of_a_kind_that_the_old_way_does_not_know_is_dropped(lab):
    spec = created(lab, claim("dataSource: {apiGroup: example.com, kind: Recipe, name: bread}")).spec
    assert spec.data_source is None and spec.data_source_ref is None


def test_a_headless_service_whose_endpoints_somebody_writes_may_have_any_family(lab):
    head = "apiVersion: v1, kind: Service"
    made = created(lab, f"{{{head}, metadata: {{name: a}}, spec: {{clusterIP: None, ports: [{{port: 80}}]}}}}")
    assert (made.spec.ip_family_policy, made.spec.ip_families) == ("RequireDualStack", ("IPv4", "IPv6"))
    chosen = "{clusterIP: None, selector: {a: b}, ports: [{port: 80}]}"
    other = created(lab, f"{{{head}, metadata: {{name: b}}, spec: {chosen}}}")
    assert (other.spec.ip_family_policy, other.spec.ip_families) == ("SingleStack", ("IPv4",))


def test_a_job_takes_over_its_templates_labels_with_those_that_it_gets_itself(lab):
    def job(name, meta=""):
        template = "{metadata: {labels: {app: x}}, spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}"
        head = f"apiVersion: batch/v1, kind: Job, metadata: {{name: {name}{meta}}}"
        return created(lab, f"{{{head}, spec: {{suspend: true, template: {template}}}}}").metadata.labels

    taken = job("a")
    assert (taken["app"], taken["job-name"], taken["batch.kubernetes.io/job-name"]) == ("x", "a", "a")
    assert dict(job("b", ", labels: {app: x}")) == {"app": "x"}


def test_a_name_that_is_still_on_its_way_out_is_taken(lab):
    created(lab, "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, finalizers: [example.com/x]}}")
    run(lab, "delete configmap c --wait=false")
    with pytest.raises(StatusError) as caught:
        created(lab, "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}")
    assert caught.value.message == 'object is being deleted: configmaps "c" already exists'


def test_what_is_attached_where_has_the_names_of_a_driver_a_volume_and_a_node(lab):
    head = "apiVersion: storage.k8s.io/v1, kind: VolumeAttachment, metadata: {name: va}"
    with pytest.raises(StatusError) as caught:
        created(lab, f"{{{head}, spec: {{attacher: A_b, nodeName: Bad, source: {{persistentVolumeName: ''}}}}}}")
    assert [cause.field for cause in caught.value.causes] == [
        "spec.attacher",
        "spec.source.persistentVolumeName",
        "spec.source.persistentVolumeName",
        "spec.nodeName",
    ]
