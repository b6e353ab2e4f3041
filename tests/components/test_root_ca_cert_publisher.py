"""root CA certificate publisher: the ConfigMap by which Pods know the real API server."""

import ssl

from kubelab.api.core.config import ConfigMap
from kubelab.api.core.namespace import Namespace, NamespaceStatus
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap
from kubelab.components.root_ca_cert_publisher import CERTIFICATE, RootCAPublisher
from kubelab.state import store
from kubelab.state.requests import Create, Update
from kubelab.state.snapshot import Change, ObjectKey, Snapshot, View

KEY = ObjectKey("Namespace", "", "dev")
CONTROLLER = RootCAPublisher()


def view(*objects):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, 1_767_225_600_000_000)


def namespace(phase="Active"):
    return Namespace(metadata=ObjectMeta(name="dev"), status=NamespaceStatus(phase=phase))


def published():
    (create,) = CONTROLLER.reconcile(view(namespace()), KEY)
    assert isinstance(create, Create)
    return create.object


def test_a_namespace_without_it_gets_it():
    made = published()
    assert (made.kind, made.metadata.namespace, made.metadata.name) == ("ConfigMap", "dev", "kube-root-ca.crt")
    assert made.data == {"ca.crt": CERTIFICATE}
    assert made.metadata.annotations["kubernetes.io/description"].startswith("Contains a CA bundle")


def test_the_certificate_is_one():
    assert ssl.PEM_cert_to_DER_cert(CERTIFICATE)
    context = ssl.create_default_context(cadata=CERTIFICATE)
    (authority,) = [c for c in context.get_ca_certs() if c["subject"] == ((("commonName", "kubernetes"),),)]
    assert authority["notBefore"] == "Jan  1 00:00:00 2026 GMT"


def test_where_it_is_right_nothing_is_done():
    assert CONTROLLER.reconcile(view(namespace(), published()), KEY) == ()
    assert CONTROLLER.reconcile(view(namespace("Terminating")), KEY) == ()


def test_what_somebody_changed_is_set_right_and_their_labels_are_kept():
    labelled = evolve(published().metadata, labels=FrozenMap({"team": "a"}))
    (update,) = CONTROLLER.reconcile(
        view(namespace(), evolve(published(), metadata=labelled, data=FrozenMap({"ca.crt": "no", "x": "y"}))), KEY
    )
    assert isinstance(update, Update)
    assert update.object.data == {"ca.crt": CERTIFICATE}
    assert update.object.metadata.labels == {"team": "a"}
    assert update.object.metadata.resource_version == "2"


def test_only_this_one_config_map_wakes_it():
    seen = view(namespace())
    other = ConfigMap(metadata=ObjectMeta(name="other", namespace="dev"))
    assert list(CONTROLLER.enqueue(Change(ObjectKey("ConfigMap", "dev", "other"), other, None, seen))) == []
    key = ObjectKey("ConfigMap", "dev", "kube-root-ca.crt")
    assert list(CONTROLLER.enqueue(Change(key, published(), None, seen))) == [KEY]
