"""service account controller: the ServiceAccount `default` of each Namespace."""

from kubelab.api.core.config import ServiceAccount
from kubelab.api.core.namespace import Namespace, NamespaceStatus
from kubelab.api.meta import ObjectMeta
from kubelab.components.serviceaccount import ServiceAccountsController
from kubelab.state import store
from kubelab.state.requests import Create
from kubelab.state.snapshot import Change, ObjectKey, Snapshot, View

KEY = ObjectKey("Namespace", "", "dev")
CONTROLLER = ServiceAccountsController()


def view(*objects):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, 1_767_225_600_000_000)


def namespace(phase="Active"):
    return Namespace(metadata=ObjectMeta(name="dev"), status=NamespaceStatus(phase=phase))


def account(name="default", where="dev"):
    return ServiceAccount(metadata=ObjectMeta(name=name, namespace=where))


def test_a_namespace_without_one_gets_one():
    (create,) = CONTROLLER.reconcile(view(namespace(), account("builder"), account(where="other")), KEY)
    assert isinstance(create, Create)
    assert create.object == account()
    assert create.reason and create.message


def test_a_namespace_that_has_one_or_is_on_its_way_out_gets_none():
    assert CONTROLLER.reconcile(view(namespace(), account()), KEY) == ()
    assert CONTROLLER.reconcile(view(namespace("Terminating")), KEY) == ()
    assert CONTROLLER.reconcile(view(), KEY) == ()


def test_it_is_made_again_when_somebody_deletes_it():
    seen = view(namespace())
    gone = Change(ObjectKey("ServiceAccount", "dev", "default"), account(), None, seen)
    assert list(CONTROLLER.enqueue(gone)) == [KEY]
    assert len(CONTROLLER.reconcile(seen, KEY)) == 1


def test_a_new_account_wakes_nobody_and_a_namespace_itself():
    seen = view(namespace())
    assert list(CONTROLLER.enqueue(Change(ObjectKey("ServiceAccount", "dev", "x"), None, account("x"), seen))) == []
    assert list(CONTROLLER.enqueue(Change(KEY, None, namespace(), seen))) == [KEY]
    assert list(CONTROLLER.enqueue(Change(KEY, namespace(), None, seen))) == []
