"""job-controller: one look at a time, from the Pods of a Job to the requests that follow, in their order."""

import pytest

from kubelab.api.batch import (
    Job,
    JobCondition,
    JobSpec,
    JobStatus,
    PodFailurePolicy,
    PodFailurePolicyOnExitCodesRequirement,
    PodFailurePolicyRule,
    SuccessPolicy,
    SuccessPolicyRule,
    UncountedTerminatedPods,
)
from kubelab.api.core.container import Container
from kubelab.api.core.container_status import ContainerState, ContainerStateTerminated, ContainerStatus
from kubelab.api.core.pod import Pod, PodSpec, PodTemplateSpec
from kubelab.api.core.pod_status import PodCondition, PodStatus
from kubelab.api.meta import LabelSelector, ObjectMeta, OwnerReference
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap, Time
from kubelab.components.job import JobController, indexes
from kubelab.errors import StatusError
from kubelab.state import store
from kubelab.state.requests import Create, Delete, EventNote, Patch, Record, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View

START = 1_767_225_600
NOW = START * SECOND
KEY = ObjectKey("Job", "shop", "sum")
LABELS = FrozenMap({"job-name": "sum"})
FINALIZER = "batch.kubernetes.io/job-tracking"
INDEX = indexes.COMPLETION_INDEX
CONTROLLER = JobController()
BEGUN = JobStatus(
    start_time=Time(START - 60), ready=0, terminating=0, uncounted_terminated_pods=UncountedTerminatedPods()
)


def world(*objects, now=NOW):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, now)


def job(completions=1, parallelism=1, *, status=BEGUN, restart="Never", deleted=False, **spec):
    return Job(
        metadata=ObjectMeta(
            name="sum", namespace="shop", uid="uid-sum", deletion_timestamp=Time(START) if deleted else None
        ),
        spec=JobSpec(
            completions=completions,
            parallelism=parallelism,
            selector=LabelSelector(match_labels=LABELS),
            template=PodTemplateSpec(
                metadata=ObjectMeta(labels=LABELS),
                spec=PodSpec(containers=(Container(name="c", image="task"),), restart_policy=restart),
            ),
            **{"backoff_limit": 6, "suspend": False, "completion_mode": "NonIndexed"} | spec,
        ),
        status=status,
    )


def reference(uid="uid-sum"):
    return OwnerReference(
        api_version="batch/v1", kind="Job", name="sum", uid=uid, controller=True, block_owner_deletion=True
    )


def pod(name, phase="Running", *, at=START - 1, code=None, index=None, restarts=0, owned=True, tracked=True, **meta):
    """A Pod of the Job; one that has ended did so `at` that moment."""
    ended = phase in ("Succeeded", "Failed")
    code = {"Succeeded": 0, "Failed": 1}.get(phase) if code is None else code
    end = ContainerStateTerminated(exit_code=code, finished_at=Time(at)) if ended else None
    marks = {} if index is None else {INDEX: str(index)}
    return Pod(
        metadata=ObjectMeta(
            name=name,
            namespace="shop",
            uid=f"uid-{name}",
            labels=LABELS.with_(marks),
            annotations=FrozenMap(marks | meta.pop("annotations", {})),
            finalizers=(FINALIZER,) if tracked else (),
            owner_references=(reference(),) if owned else (),
            **meta,
        ),
        spec=PodSpec(node_name="n1"),
        status=PodStatus(
            phase=phase,
            conditions=(PodCondition(type="Ready", status="False" if ended else "True"),),
            container_statuses=(
                ContainerStatus(name="c", restart_count=restarts, state=ContainerState(terminated=end)),
            ),
        ),
    )


def told(requests):
    """What is asked for, in short: the kind of request, and what it is about."""
    return [_short(request) for request in requests]


def _short(request):
    match request:
        case Requeue():
            return "later"
        case Create():
            return f"create {request.object.metadata.generate_name}"
        case Delete():
            return f"delete {request.target.name}"
        case Record():
            return f"record {request.reason}"
        case Patch():
            assert request.body == {"metadata": {"$deleteFromPrimitiveList/finalizers": (FINALIZER,)}}
            return f"free {request.key.name}"
        case Update(object=Pod()) if request.reason != "FinalizerRemoved":
            return f"{'adopt' if FINALIZER in request.object.metadata.finalizers else 'release'} {request.key.name}"
        case Update(object=Pod()):
            assert FINALIZER not in request.object.metadata.finalizers
            return f"free {request.key.name}"
        case Update():
            return "status"


def statuses(requests):
    return [r.object.status for r in requests if isinstance(r, Update) and r.object.kind == "Job"]


def types(status):
    return [condition.type for condition in status.conditions if condition.status == "True"]


def reconciled(*objects, now=NOW):
    return CONTROLLER.reconcile(world(*objects, now=now), KEY)


# How many run


def test_a_new_job_creates_as_many_pods_as_may_run_and_then_reports_them():
    first, *creates, status = reconciled(job(5, 2, status=JobStatus()))
    assert first.object.status == JobStatus()
    assert [(c.object.metadata.generate_name, c.object.metadata.finalizers) for c in creates] == [
        ("sum-", (FINALIZER,)),
        ("sum-", (FINALIZER,)),
    ]
    assert creates[0].object.metadata.owner_references == (reference(),)
    assert creates[0].events == (EventNote(KEY, "SuccessfulCreate", "Created pod: {name}"),)
    assert creates[1].message == (
        "job-controller created Pod {name} for Job sum: 0 of 5 wanted had succeeded, 1 of at most 2 were active."
    )
    assert status.object.status == evolve(BEGUN, active=2, start_time=Time(START))


def test_it_never_runs_more_pods_than_successes_are_missing():
    status = evolve(BEGUN, succeeded=4, active=0)
    assert told(reconciled(job(5, 3, status=status))) == ["status", "create sum-", "status"]


def test_without_a_number_of_completions_nothing_new_starts_after_the_first_success():
    requests = reconciled(job(None, 3, status=evolve(BEGUN, active=3)), pod("a", "Succeeded"), pod("b"))
    assert told(requests) == ["status", "free a", "status"]
    assert types(statuses(requests)[-1]) == []


def test_pods_that_are_too_many_lose_their_finalizer_and_go_uncounted():
    requests = reconciled(job(5, 1, status=evolve(BEGUN, active=2)), pod("a"), pod("b", creation_timestamp=Time(START)))
    assert told(requests)[0] == "status"
    assert [short.split()[0] for short in told(requests)[1:3]] == ["free", "delete"]
    assert statuses(requests)[-1].active == 1
    assert statuses(requests)[-1].failed == 0


def test_a_suspended_job_deletes_its_pods_and_says_so():
    requests = reconciled(job(2, 2, suspend=True, status=evolve(BEGUN, active=2)), pod("a"), pod("b"))
    assert told(requests) == ["status", "free a", "delete a", "free b", "delete b", "status"]
    status = requests[-1]
    assert [(n.reason, n.message) for n in status.events] == [("Suspended", "Job suspended")]
    assert types(status.object.status) == ["Suspended"]
    assert (status.object.status.active, status.object.status.start_time) == (0, None)


def test_a_resumed_job_starts_its_clock_anew():
    suspended = JobCondition(type="Suspended", status="True", reason="JobSuspended", message="Job suspended")
    requests = reconciled(job(1, 1, status=evolve(BEGUN, conditions=(suspended,), start_time=None)))
    assert told(requests) == ["status", "create sum-", "status"]
    assert [note.reason for note in requests[-1].events] == ["Resumed"]
    status = requests[-1].object.status
    assert (status.start_time, status.conditions[0].status, status.conditions[0].reason) == (
        START,
        "False",
        "JobResumed",
    )


# What has ended is counted


def test_a_success_is_noted_then_the_pod_is_freed_then_it_is_counted():
    requests = reconciled(job(2, 1, status=evolve(BEGUN, active=1)), pod("a", "Succeeded"))
    assert told(requests) == ["status", "create sum-", "status", "free a", "status"]
    noted, counted = statuses(requests)[1:]
    assert (noted.succeeded, noted.uncounted_terminated_pods.succeeded) == (0, ("uid-a",))
    assert (counted.succeeded, counted.uncounted_terminated_pods) == (1, UncountedTerminatedPods())
    assert requests[-1].object.metadata.resource_version == ""
    assert requests[2].object.metadata.resource_version != ""


@pytest.mark.parametrize(
    ("noted", "tracked", "requests"),
    [((), True, ["status", "free a", "status"]), (("uid-a",), True, ["status", "free a", "status"]),
     (("uid-a",), False, ["status", "status"])],
    ids=["before it noted it", "after it noted it", "after it freed it"],
)  # fmt: skip
def test_a_success_is_counted_once_wherever_the_controller_was_killed(noted, tracked, requests):
    status = evolve(BEGUN, uncounted_terminated_pods=UncountedTerminatedPods(succeeded=noted))
    asked = reconciled(job(1, 1, status=status), pod("a", "Succeeded", tracked=tracked))
    assert told(asked) == requests
    last = statuses(asked)[-1]
    assert (last.succeeded, types(last)) == (1, ["SuccessCriteriaMet", "Complete"])


def test_a_job_meets_its_criteria_before_it_is_complete():
    requests = reconciled(job(1, 1, status=evolve(BEGUN, active=1)), pod("a", "Succeeded"))
    met, complete = statuses(requests)
    assert types(met) == ["SuccessCriteriaMet"]
    assert (types(complete), complete.completion_time) == (["SuccessCriteriaMet", "Complete"], START)
    assert complete.conditions[1].reason == "CompletionsReached"
    assert requests[-1].events == (EventNote(KEY, "Completed", "Job completed"),)


def test_a_complete_job_wants_nothing_and_frees_what_was_left():
    done = JobCondition(type="Complete", status="True")
    finished = job(status=evolve(BEGUN, succeeded=1, conditions=(done,)))
    assert reconciled(finished, pod("a", "Succeeded", tracked=False)) == []
    assert told(reconciled(finished, pod("a", "Succeeded"))) == ["free a"]


def test_nothing_is_left_to_do_once_all_is_reported():
    assert reconciled(job(1, 1, status=evolve(BEGUN, active=1, ready=1)), pod("a")) == []


# Failures


def test_after_a_failure_the_next_pod_waits_and_none_counts_as_active():
    requests = reconciled(job(2, 2, status=evolve(BEGUN, active=2, ready=1)), pod("a", "Failed"), pod("b"))
    assert told(requests) == ["later", "status", "free a", "status"]
    assert requests[0].at == NOW + 9 * SECOND
    assert [(s.active, s.ready, s.failed) for s in statuses(requests)] == [(0, 1, 0), (0, 1, 1)]


@pytest.mark.parametrize(("failed", "seconds"), [(1, 10), (2, 20), (3, 40), (6, 320), (7, 600), (20, 600)])
def test_the_back_off_doubles_with_each_failure_up_to_ten_minutes(failed, seconds):
    pods = [pod(f"p{n:02}", "Failed", at=START - n, tracked=False) for n in range(failed)]
    status = evolve(BEGUN, failed=failed)
    (again,) = reconciled(job(1, 1, backoff_limit=50, status=status), *pods)
    assert again == Requeue(at=NOW + seconds * SECOND)
    late = NOW + seconds * SECOND
    assert "create sum-" in told(reconciled(job(1, 1, backoff_limit=50, status=status), *pods, now=late))


def test_a_success_ends_the_back_off():
    pods = [pod("a", "Failed", at=START - 5, tracked=False), pod("b", "Succeeded", at=START - 2, tracked=False)]
    requests = reconciled(job(2, 1, status=evolve(BEGUN, failed=1, succeeded=1)), *pods)
    assert told(requests) == ["status", "create sum-", "status"]


def test_too_many_failures_end_the_job_in_two_conditions_and_an_event():
    requests = reconciled(job(1, 1, backoff_limit=0, status=evolve(BEGUN, active=1)), pod("a", "Failed"))
    target, failed = statuses(requests)
    assert (types(target), target.failed) == (["FailureTarget"], 0)
    assert (types(failed), failed.failed) == (["FailureTarget", "Failed"], 1)
    text = "Job has reached the specified backoff limit"
    assert requests[-1].events == (EventNote(KEY, "BackoffLimitExceeded", text, type="Warning"),)


def test_a_failing_job_deletes_what_runs_and_has_failed_only_when_that_has_ended():
    status = evolve(BEGUN, active=2, ready=1)
    requests = reconciled(job(2, 2, backoff_limit=0, status=status), pod("a", "Failed"), pod("b"))
    assert told(requests) == ["status", "delete b", "status", "free a", "free b", "status"]
    assert [(s.failed, s.terminating, types(s)) for s in statuses(requests)[1:]] == [
        (0, 1, ["FailureTarget"]),
        (2, 1, ["FailureTarget"]),
    ]
    last = statuses(requests)[-1]
    ending = pod("b", tracked=False, deletion_timestamp=Time(START + 30))
    assert reconciled(job(2, 2, backoff_limit=0, status=last), ending) == []
    after = reconciled(job(2, 2, backoff_limit=0, status=last))
    assert types(statuses(after)[-1]) == ["FailureTarget", "Failed"]


def test_restarts_count_where_pods_restart_by_themselves():
    running = pod("a", restarts=3)
    assert reconciled(job(restart="OnFailure", backoff_limit=4, status=evolve(BEGUN, active=1, ready=1)), running) == []
    requests = reconciled(job(restart="OnFailure", backoff_limit=3, status=evolve(BEGUN, active=1, ready=1)), running)
    assert types(statuses(requests)[-1]) == ["FailureTarget"]
    assert "delete a" in told(requests)


def test_a_job_has_only_so_long():
    status = evolve(BEGUN, active=1, ready=1, start_time=Time(START - 4))
    assert reconciled(job(active_deadline_seconds=5, status=status), pod("a")) == [Requeue(at=NOW + SECOND)]
    requests = reconciled(job(active_deadline_seconds=4, status=status), pod("a"))
    assert statuses(requests)[-1].conditions[0].reason == "DeadlineExceeded"


def test_a_pod_that_is_being_deleted_counts_as_failed_and_is_replaced():
    leaving = pod("a", deletion_timestamp=Time(START + 30), deletion_grace_period_seconds=30)
    requests = reconciled(job(status=evolve(BEGUN, active=1)), leaving, now=NOW + 10 * SECOND)
    assert told(requests) == ["status", "create sum-", "status", "free a", "status"]
    assert [s.failed for s in statuses(requests)[1:]] == [0, 1]


def test_with_the_policy_failed_it_is_replaced_only_when_it_has_ended():
    leaving = pod("a", deletion_timestamp=Time(START + 30), deletion_grace_period_seconds=30)
    requests = reconciled(job(pod_replacement_policy="Failed", status=evolve(BEGUN, active=1, ready=1)), leaving)
    assert told(requests) == ["status"]
    assert (statuses(requests)[0].terminating, statuses(requests)[0].active) == (1, 0)


def policy(action, *codes):
    codes = PodFailurePolicyOnExitCodesRequirement(operator="In", values=codes)
    return PodFailurePolicy(rules=(PodFailurePolicyRule(action=action, on_exit_codes=codes),))


def test_a_failure_policy_may_fail_the_whole_job():
    requests = reconciled(job(pod_failure_policy=policy("FailJob", 42)), pod("a", "Failed", code=42))
    condition = statuses(requests)[-1].conditions[-1]
    assert (condition.type, condition.reason, condition.message) == (
        "Failed",
        "PodFailurePolicy",
        "Container c for pod shop/a failed with exit code 42 matching FailJob rule at index 0",
    )


def test_a_failure_policy_may_ignore_a_failure():
    requests = reconciled(job(pod_failure_policy=policy("Ignore", 7), backoff_limit=0), pod("a", "Failed", code=7))
    assert told(requests) == ["later", "free a"]
    counted = reconciled(job(pod_failure_policy=policy("Ignore", 8), backoff_limit=0), pod("a", "Failed", code=7))
    assert types(statuses(counted)[-1]) == ["FailureTarget", "Failed"]


# Indexes


def indexed(completions=3, parallelism=3, **more):
    return job(completions, parallelism, completion_mode="Indexed", **more)


def test_each_pod_of_an_indexed_job_has_an_index_of_its_own():
    _, *creates, status = reconciled(indexed())
    pods = [c.object for c in creates]
    assert [p.metadata.generate_name for p in pods] == ["sum-0-", "sum-1-", "sum-2-"]
    assert [(p.metadata.labels[INDEX], p.metadata.annotations[INDEX], p.spec.hostname) for p in pods][1] == (
        "1", "1", "sum-1",
    )  # fmt: skip
    variable = pods[0].spec.containers[0].env[0]
    assert (variable.name, variable.value_from.field_ref.field_path) == (
        "JOB_COMPLETION_INDEX",
        f"metadata.labels['{INDEX}']",
    )
    assert status.object.status.active == 3


def test_an_index_that_is_done_is_not_run_again():
    status = evolve(BEGUN, succeeded=1, completed_indexes="1", active=1, ready=1)
    requests = reconciled(
        indexed(4, 2, status=status), pod("a", index=0), pod("b", "Succeeded", index=1, tracked=False)
    )
    assert told(requests) == ["status", "create sum-2-", "status"]


def test_of_two_pods_with_one_index_one_goes():
    status = evolve(BEGUN, active=2, ready=2)
    twins = pod("a", index=0, creation_timestamp=Time(START - 500)), pod("b", index=0, creation_timestamp=Time(START))
    requests = reconciled(indexed(1, 2, status=status), *twins)
    assert told(requests) == ["status", "free b", "delete b", "status"]


def test_successful_indexes_are_listed_in_short():
    pods = [pod(f"p{n}", "Succeeded", index=n) for n in (0, 1, 2, 4)]
    requests = reconciled(indexed(6, 1, status=evolve(BEGUN, active=1)), *pods)
    assert [(s.succeeded, s.completed_indexes) for s in statuses(requests)[1:]] == [(4, "0-2,4")]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("", ()), ("0", (0,)), ("0,1", (0, 1)), ("0-2", (0, 1, 2)), ("1,3-5,7,8", (1, 3, 4, 5, 7, 8))],
)
def test_lists_of_indexes_are_read_and_written_in_short(text, numbers):
    assert indexes.parse(text, 10) == numbers
    assert indexes.text(numbers) == text
    assert indexes.parse(text, 4) == tuple(n for n in numbers if n < 4)


def test_with_a_limit_for_each_index_the_others_go_on():
    status = evolve(BEGUN, active=2, ready=0, failed_indexes="")
    failed = pod("a", "Failed", index=0, annotations={indexes.INDEX_FAILURE_COUNT: "1"})
    done = pod("b", "Succeeded", index=1)
    requests = reconciled(indexed(3, 2, status=status, backoff_limit_per_index=1), failed, done)
    assert told(requests) == ["status", "create sum-2-", "status", "free a", "free b", "status"]
    assert statuses(requests)[-1].failed_indexes == "0"


def test_a_failed_pod_is_kept_until_its_replacement_carries_the_count():
    spec = {"backoff_limit_per_index": 1, "status": evolve(BEGUN, active=1, failed_indexes="")}
    failed = pod("a", "Failed", index=0, annotations={indexes.INDEX_FAILURE_COUNT: "0"})
    assert told(reconciled(indexed(1, 1, **spec), failed)) == ["later", "status"]
    requests = reconciled(indexed(1, 1, **spec), failed, now=NOW + 9 * SECOND)
    assert told(requests) == ["status", "create sum-0-"]
    assert requests[1].object.metadata.annotations[indexes.INDEX_FAILURE_COUNT] == "1"


def test_a_success_policy_may_be_content_with_some_indexes():
    rules = SuccessPolicy(rules=(SuccessPolicyRule(succeeded_indexes="0,2", succeeded_count=1),))
    status = evolve(BEGUN, active=2, ready=1)
    requests = reconciled(
        indexed(3, 2, status=status, success_policy=rules), pod("a", index=1), pod("b", "Succeeded", index=2)
    )
    assert told(requests) == ["status", "delete a", "status", "free a", "free b"]
    condition = statuses(requests)[-1].conditions[0]
    assert (condition.type, condition.reason, condition.message) == (
        "SuccessCriteriaMet",
        "SuccessPolicy",
        "Matched rules at index 0",
    )


# Whose Pods


def test_a_pod_that_is_adopted_gets_the_finalizer_and_one_that_is_released_loses_it():
    (adopt, again) = reconciled(job(), pod("stray", owned=False, tracked=False))
    assert told([adopt]) == ["adopt stray"]
    assert adopt.object.metadata.owner_references == (reference(),)
    assert again == Requeue(at=NOW)
    other = evolve(pod("a"), metadata=evolve(pod("a").metadata, labels=FrozenMap({"job-name": "other"})))
    assert told(reconciled(job(), other)) == ["release a", "later"]


def test_a_job_that_somebody_else_manages_is_left_alone():
    assert reconciled(job(managed_by="example.com/batch", status=JobStatus())) == []


def test_a_job_that_is_being_deleted_frees_its_pods_and_creates_none():
    requests = reconciled(job(2, 2, deleted=True, status=evolve(BEGUN, active=1, ready=1)), pod("a"))
    assert told(requests) == ["free a"]


def test_a_pod_whose_job_is_gone_is_freed():
    orphan = pod("a", "Succeeded")
    view = world(orphan)
    key = ObjectKey("Pod", "shop", "a")
    gone = Change(KEY, job(), None, view)
    assert list(CONTROLLER.enqueue(gone)) == [KEY, key]
    assert told(CONTROLLER.reconcile(view, key)) == ["free a"]
    assert CONTROLLER.reconcile(world(job(), orphan), key) == []


# When it looks


def test_changes_of_pods_wait_for_a_second_and_changes_of_the_job_do_not():
    view = world(job(), pod("a"))
    second = Requeue(at=NOW + SECOND - 1)

    def when(key, before, after):
        return [(str(k), CONTROLLER.later(Change(key, before, after, view), k)) for k in CONTROLLER.enqueue(
            Change(key, before, after, view))]  # fmt: skip

    here = ObjectKey("Pod", "shop", "a")
    assert when(here, None, pod("a")) == [("Job shop/sum", second)]
    assert when(here, pod("a"), pod("a", "Succeeded")) == [("Job shop/sum", second)]
    assert when(KEY, None, job()) == [("Job shop/sum", None)]
    assert when(KEY, job(), job(status=evolve(BEGUN, active=1))) == [("Job shop/sum", second)]
    changed = evolve(job(), metadata=evolve(job().metadata, generation=2))
    assert when(KEY, job(), changed) == [("Job shop/sum", None)]


def test_a_refused_creation_is_an_event_and_the_status_says_what_there_is():
    view = world(job(2, 2, status=JobStatus()), pod("a"))
    create = next(r for r in CONTROLLER.reconcile(view, KEY) if isinstance(r, Create))
    error = StatusError(403, "Forbidden", 'pods "sum-x" is forbidden: exceeded quota: small')
    record, status = CONTROLLER.refused(view, KEY, create, error)
    assert record.events == (EventNote(KEY, "FailedCreate", f"Error creating: {error.message}", type="Warning"),)
    assert status.object.status.active == 1
    text = "unable to create new content in namespace shop because it is being terminated"
    assert CONTROLLER.refused(view, KEY, create, StatusError(403, "Forbidden", text)) == []
