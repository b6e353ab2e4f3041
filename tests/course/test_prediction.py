"""Predictions: answered by what a twin of the cluster does, while the cluster itself stays as it is."""

import pytest

from kubelab import Cluster
from kubelab.course import predict
from kubelab.errors import SourceError, UsageError

DELETE = """
You delete one of the three Pods. What does `replicaset-controller` do?

do: delete one pod app=web

( ) It waits until that Pod is gone, then creates another one.
    never 4 pods app=web
( ) It creates another one at once.
    eventually 4 pods app=web
( ) Nothing.
    otherwise

why: Pods that are on their way out do not count.
"""


def test_the_option_that_comes_true_is_right_and_the_deciding_step_says_why(cluster):
    question = predict(cluster, DELETE)
    answered = question.choose(2)
    assert answered
    assert answered.right == ("It creates another one at once.",)
    ((step, sentence),) = answered.because
    assert step == 34
    assert sentence.startswith("replicaset-controller created Pod web-")
    assert str(answered).endswith("Pods that are on their way out do not count.")


def test_another_option_is_told_what_is_the_case_instead(cluster):
    answered = predict(cluster, DELETE).choose(1)
    assert not answered
    assert answered.found[0].startswith("✗ It waits until that Pod is gone")
    assert "there are 4 pods" in answered.found[0]
    assert answered.found[1].startswith("✓ It creates another one at once.")


def test_nothing_of_the_present_changes(cluster):
    before = (len(cluster.timeline), cluster.cursor, cluster.branches, cluster.state)
    told = []
    cluster.observers.append(lambda: told.append(1))
    predict(cluster, DELETE).choose(1)
    assert (len(cluster.timeline), cluster.cursor, cluster.branches) == before[:3]
    assert cluster.state is before[3]
    assert told == []


def test_a_question_is_about_the_cluster_as_it_was_when_it_was_put(cluster):
    question = predict(cluster, "How many?\n____ Pods\n    count pods app=web")
    cluster.apply("deployment web x5 nginx:1.27")
    cluster.run()
    assert question.answer("3")


def test_the_answer_is_another_one_in_another_cluster(cluster):
    cluster.stop("replicaset-controller")
    assert predict(cluster, DELETE.replace("never 4", "eventually no")).choose(3)


def test_otherwise_is_right_when_no_other_option_is(cluster):
    cluster.stop("replicaset-controller")
    question = predict(cluster, DELETE.replace("    never 4 pods app=web\n", "    eventually 4 pods app=web Running\n"))
    assert question.choose("Nothing.").ok


@pytest.mark.parametrize(
    ("claims", "complaint"),
    [
        (("1 pod app=web", "2 pods app=web"), "no option comes true"),
        (("3 pods app=web", "3 pods app=web Running"), "more than one option"),
    ],
)
def test_a_question_with_no_right_option_or_with_two_is_refused(cluster, claims, complaint):
    options = "".join(f"( ) {claim}\n" for claim in claims)
    with pytest.raises(UsageError, match=complaint):
        predict(cluster, f"How many?\n\n{options}")


def test_several_options_may_be_right_or_none(cluster):
    text = """
    Which of these is so without controllers?

    do: stop kube-controller-manager
    do: delete one pod app=web

    [ ] The Pod goes.
        2 pods app=web
    [ ] Another one comes.
        3 pods app=web
    """
    question = predict(cluster, text)
    assert question.choose(1).ok
    assert not question.choose().ok
    assert not question.choose(1, 2).ok
    assert question.first.ok


def test_blanks_are_compared_with_queries(cluster):
    text = """
    With `replicaset-controller` stopped you delete a Pod. What will there be?

    do: stop replicaset-controller
    do: delete one pod app=web on worker-1

    ____ Pods there are
        count pods app=web
    ____ are ready, says the Deployment
        .status.readyReplicas of deployment web
    ____ is where they are
        .spec.nodeName of pods app=web
    """
    question = predict(cluster, text)
    assert question.answer(2, 3, "worker-3, worker-2").ok
    assert question.answer("two", "Three", "worker-2 and worker-3").ok
    wrong = question.answer(3, 3, "worker-2")
    assert not wrong
    assert [line[0] for line in wrong.found] == ["✗", "✓", "✗"]
    with pytest.raises(UsageError, match="3 blanks"):
        question.answer(2)


@pytest.mark.parametrize(("typed", "ok"), [("49", True), ("50s", True), ("about 50 seconds", True), ("1m", False)])
def test_a_time_may_be_missed_by_a_tenth(cluster, typed, ok):
    text = "How long?\ndo: stop kubelet/worker-2\n____\n    time until node worker-2 NotReady"
    assert predict(cluster, text).answer(typed).ok is ok


@pytest.mark.parametrize(("typed", "ok"), [("deployment-controller", True), ("the scheduler", False)])
def test_who_acts_can_be_asked(cluster, typed, ok):
    text = "Who acts first?\ndo: apply deployment web x4 nginx:1.27\n____\n    who acts first"
    assert predict(cluster, text).answer(typed).ok is ok


def test_work_that_comes_in_can_be_part_of_a_question():
    program = "deployment web x2 nginx:1.27 { port 80; request cpu 100m }"
    autoscaler = """
        HorizontalPodAutoscaler web {
          .spec.scaleTargetRef = {apiVersion: apps/v1, kind: Deployment, name: web}
          .spec.maxReplicas = 6
          .spec.metrics = [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
        }
    """
    cluster = Cluster()
    cluster.apply(program + autoscaler)
    cluster.run()
    text = "How many Pods?\ndo: load deployment/web 250m\nahead: 3m\n____\n    count pods app=web"
    assert predict(cluster, text).answer("5")


def test_one_looks_as_far_ahead_as_is_said():
    cluster = Cluster()
    cluster.apply("deployment web x3 nginx:1.27")
    text = "How many?\nahead: {}\n____\n    count pods app=web"
    for ahead, number in (("1 step", 0), ("until 2 pods app=web", 2), ("settled", 3), ("10s", 3)):
        assert predict(cluster, text.format(ahead)).answer(number).ok, ahead


def test_who_acts_ways_and_rights_can_be_claimed():
    cluster = Cluster()
    cluster.apply("deployment web nginx:1.27 { port 80 }\nservice web -> deployment web port 80")
    cluster.run()
    text = """
    You stop `kube-proxy` on worker-1, and the Pod is replaced.

    do: stop kube-proxy/worker-1
    do: delete one pod app=web

    [ ] The scheduler is needed
        kube-scheduler acts
    [ ] It goes first
        kube-scheduler acts first
    [ ] worker-1 still gets through
        worker-1 -> svc/web arrives
    [ ] worker-2 does
        worker-2 -> svc/web arrives
    [ ] jane may look
        jane can list pods
    """
    assert predict(cluster, text).choose(1, 4).ok


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("( ) 3 pods\n( ) 4 pods", "begins with its question"),
        ("What?", "either options"),
        ("What?\n( ) 3 pods\n( ) three", "line 3, column 5"),
        ("What?\n( ) 3 pods", "nothing to choose"),
        ("What?\n( ) 3 pods\n[ ] 4 pods", "all `( )`"),
        ("What?\ndo: kil worker-1\n____\n    count pods", "did you mean `kill`"),
        ("What?\nadead: 1 step\n____\n    count pods", "did you mean `ahead`"),
        ("What?\nahead: soon\n____\n    count pods", "does not say how far"),
        ("What?\n____\n    count podz", "did you mean `pod`"),
        ("What?\n____ x", "stands one query"),
        ("What?\n____ x\n    count pods\nand more", "belongs to nothing"),
        ("What?\ndo: step soon\n____\n    count pods", "write: step"),
    ],
)
def test_a_mistake_is_shown_at_its_place(cluster, text, place):
    with pytest.raises(SourceError) as caught:
        predict(cluster, text)
    assert place in str(caught.value)


LAMPS = """
CustomResourceDefinition lamps.example.com {
  .spec.group = example.com
  .spec.scope = Namespaced
  .spec.names = {plural: lamps, singular: lamp, kind: Lamp}
  .spec.versions = [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {
    type: object, properties: {spec: {type: object, properties: {watts: {type: integer}}}}}}}]
}
"""


def test_a_question_may_speak_of_kinds_that_the_cluster_has_learnt():
    cluster = Cluster()
    cluster.apply(LAMPS)
    cluster.run()
    asked = "What then?\n\ndo: apply Lamp hall { .spec.watts = 5 }\n\n____ lamps\n    count lamps\n____ watts\n"
    assert predict(cluster, asked + "    .spec.watts of lamp hall\n").answer("1", "5")
    gone = "What then?\n\ndo: kubectl delete crd lamps.example.com\n\n( ) Gone.\n    no lamps\n( ) Not.\n    1 lamp\n"
    cluster.apply("Lamp hall { .spec.watts = 5 }")
    assert predict(cluster, gone).choose(1)
