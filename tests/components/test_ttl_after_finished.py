"""ttl-after-finished-controller: which Jobs it deletes, and when."""

from kubelab.api.batch import Job, JobCondition, JobSpec, JobStatus
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import Time
from kubelab.components.ttl_after_finished import TTLAfterFinishedController
from kubelab.state import store
from kubelab.state.requests import Delete, Requeue
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View

START = 1_767_225_600
KEY = ObjectKey("Job", "shop", "sum")
CONTROLLER = TTLAfterFinishedController()


def job(seconds=10, ended="Complete", *, deleted=None):
    condition = JobCondition(type=ended, status="True", last_transition_time=Time(START))
    return Job(
        metadata=ObjectMeta(name="sum", namespace="shop", uid="uid-sum", deletion_timestamp=deleted),
        spec=JobSpec(ttl_seconds_after_finished=seconds),
        status=JobStatus(conditions=(condition,)),
    )


def reconciled(obj, after):
    snapshot, _ = store.put(Snapshot(), obj)
    return CONTROLLER.reconcile(View(snapshot, (START + after) * SECOND), KEY)


def test_a_job_that_has_ended_is_deleted_with_its_pods_when_its_time_is_over():
    assert reconciled(job(), 4) == [Requeue(at=(START + 10) * SECOND)]
    for ended in ("Complete", "Failed"):
        (delete,) = reconciled(job(ended=ended), 10)
        assert isinstance(delete, Delete)
        assert (delete.target, delete.uid, delete.propagation) == (KEY, "uid-sum", "Foreground")


def test_other_jobs_are_left_alone():
    for other in (job(seconds=None), job(ended="SuccessCriteriaMet"), job(deleted=Time(START))):
        assert reconciled(other, 100) == []
        assert list(CONTROLLER.enqueue(Change(KEY, None, other, View(Snapshot(), 0)))) == []
    assert list(CONTROLLER.enqueue(Change(KEY, None, job(), View(Snapshot(), 0)))) == [KEY]
