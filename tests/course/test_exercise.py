"""Exercises: nobody gets there by accident, and whoever is not there yet is told why."""

import pytest

from kubelab import Cluster
from kubelab.course import Unsolved, exercise
from kubelab.errors import SourceError, UsageError

HALFWAY = """
One of the three Pods was replaced; but the new one has no node, and never will.

start:
    deployment web x3 nginx:1.27

goal:
    3 pods app=web
    1 pod app=web Pending not Scheduled

hint: 3 pods app=web Running
    All three run.

    Who gives a Pod its node?
hint:
    Look at lesson 00.

forbid: kill, delete deployment
"""


@pytest.fixture
def halfway():
    return exercise("halfway", HALFWAY)


def solve(cluster: Cluster) -> None:
    cluster.stop("kube-scheduler")
    cluster.delete("pod/web-5f84b7585b-ng6lq")
    cluster.run()


def test_where_it_starts_it_is_not_solved_and_nothing_has_been_done(halfway):
    report = halfway.check()
    assert not report
    assert report.missing == ("nothing has been done yet",)
    assert [finding.ok for finding in report.findings] == [True, False]


def test_whoever_does_it_passes(halfway):
    solve(halfway.cluster)
    report = halfway.check()
    assert report
    assert str(report).startswith("Exercise halfway: solved, with 2 steps of yours")
    assert halfway.solved


def test_a_state_that_does_not_last_is_not_enough():
    passing = exercise("passing", HALFWAY.replace("3 pods app=web\n    1 pod", "1 pod", 1))
    passing.cluster.delete("pod/web-5f84b7585b-ng6lq")
    passing.cluster.until("1 pod app=web Pending not Scheduled")
    report = passing.check()
    assert not report
    assert "will not stay so" in report.missing[0]


def test_a_goal_that_is_still_to_come_is_not_reached_yet(halfway):
    halfway.cluster.stop("kube-scheduler")
    halfway.cluster.delete("pod/web-5f84b7585b-ng6lq")
    assert halfway.check().missing == ("it is on its way: let the cluster run (`%kube run`)",)


def test_waiting_is_not_doing():
    waiting = exercise(
        "waiting", "Wait.\nstart: deployment web x3 nginx:1.27\nahead: 1 step\ngoal: 3 pods app=web Running"
    )
    waiting.cluster.run()
    report = waiting.check()
    assert all(report.findings)
    assert report.missing == ("nothing has been done yet",)


def test_what_is_forbidden_is_told(halfway):
    halfway.cluster.kill("worker-1")
    halfway.cluster.delete("deployment/web")
    missing = halfway.check().missing
    assert "step 32 is not allowed here: kill" in missing
    assert "step 33 is not allowed here: delete deployment" in missing


def test_another_cluster_or_another_past_does_not_count(halfway):
    other = Cluster()
    other.apply("deployment web x3 nginx:1.27")
    other.run()
    solve(other)
    assert "another cluster" in halfway.check(other).missing[0]
    halfway.cluster.goto(5)
    halfway.cluster.stop("kube-scheduler")
    halfway.cluster.run()
    assert "leaves the exercise before its start" in halfway.check().missing[0]


def test_a_branch_from_its_start_counts(halfway):
    halfway.cluster.kill("worker-1")
    halfway.cluster.goto(halfway.begun)
    solve(halfway.cluster)
    assert halfway.check()


def test_looking_back_changes_nothing(halfway):
    solve(halfway.cluster)
    halfway.cluster.goto(3)
    assert halfway.check()


def test_hints_are_for_what_is_the_case_one_more_each_time(halfway):
    assert [halfway.hint() for _ in range(3)] == ["All three run.", "Who gives a Pod its node?", "Look at lesson 00."]
    assert halfway.hint() == "Look at lesson 00.\n(That was all there is to say about this.)"
    assert halfway.hints_left == 0
    solve(halfway.cluster)
    assert halfway.hint() == "It is solved."


def test_without_hints_the_first_thing_that_is_wrong_is_the_hint():
    plain = exercise("plain", "More.\nstart: deployment web x3 nginx:1.27\ngoal: 4 pods app=web")
    assert plain.hint() == "Look at this first: ✗ 4 pods app=web: there are 3 pods"


def test_a_goal_that_holds_at_the_start_is_refused():
    with pytest.raises(UsageError, match="reached before anything was done"):
        exercise("idle", "Nothing.\nstart: deployment web x3 nginx:1.27\ngoal: 3 pods app=web Running")


def test_goals_over_time_count_from_where_the_learner_got_it():
    text = "Grow.\nstart: deployment web x3 nginx:1.27\ngoal:\n    5 pods app=web Running\n    never 2 pods app=web"
    grow = exercise("grow", text)
    grow.cluster.apply("deployment web x5 nginx:1.27")
    grow.cluster.run()
    assert grow.check()


def test_something_may_be_broken_before_the_learner_gets_it():
    broken = "do: stop kube-scheduler\ndo: delete one pod app=web"
    text = f"Mend it.\nstart: deployment web x3 nginx:1.27\n{broken}\ngoal: 3 pods Running"
    mend = exercise("mend", text)
    assert not mend.check()
    mend.cluster.start("kube-scheduler")
    mend.cluster.run()
    assert mend.check()


def test_a_grader_gets_the_points_or_an_assertion_that_says_what_is_missing(halfway):
    with pytest.raises(AssertionError, match="nothing has been done yet") as caught:
        halfway.grade(2)
    assert isinstance(caught.value, Unsolved)
    solve(halfway.cluster)
    assert halfway.grade(2) == 2


def test_the_fingerprint_is_another_one_when_the_text_is(halfway):
    easier = exercise("halfway", HALFWAY.replace("    3 pods app=web\n", ""))
    assert easier.task.fingerprint != halfway.task.fingerprint
    assert exercise("other", HALFWAY).task.fingerprint == halfway.task.fingerprint


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Task.", "has a goal"),
        ("goal: 3 pods", "begins with its task"),
        ("Task.\ngoal: 3 podz", "no kind `podz`"),
        ("Task.\ngoal: 3 pods\nhint: 3 pods", "stands below it"),
        ("Task.\ngoal: 3 pods\nforbid: kil", "did you mean `kill`"),
        ("Task.\ngoal: 3 pods\nforbid: delete nod", "no kind 'nod'"),
        ("Task.\ngoal: 3 pods\ngoal: 4 pods", "said twice"),
    ],
)
def test_a_mistake_is_shown_at_its_place(text, complaint):
    with pytest.raises(SourceError, match=r"line|begins|has a goal") as caught:
        exercise("wrong", text)
    assert complaint in str(caught.value)


LAMPS = """
Light.

start:
    CustomResourceDefinition lamps.example.com {
      .spec.group = example.com
      .spec.scope = Namespaced
      .spec.names = {plural: lamps, singular: lamp, kind: Lamp}
      .spec.versions = [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {
        type: object, properties: {spec: {type: object, properties: {watts: {type: integer}}}}}}}]
    }
    Lamp hall { .spec.watts = 5 }

goal:
    lamp hall .spec.watts == 9

hint: lamp hall .spec.watts == 5
    It is as it was.

forbid: delete lamp
"""


def test_an_exercise_may_speak_of_kinds_that_its_program_defines():
    lamps = exercise("lamps", LAMPS)
    assert lamps.hint() == "It is as it was."
    lamps.cluster.apply("Lamp hall { .spec.watts = 9 }")
    assert lamps.check()
