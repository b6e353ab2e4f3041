"""Pods that crash again and again: a run comes to an end all the same."""

import pytest

from kubelab import Cluster


@pytest.mark.parametrize("clause", ["exits 1 after 4s", "exits 1 after 20s", "crashes", "crashes; ready after 2s"])
def test_a_deployment_whose_pods_crash_settles(clause):
    cluster = Cluster()
    cluster.apply(f"deployment web x3 nginx:1.27 {{ {clause} }}")
    assert cluster.run(limit=20_000).ended == "settled"
    assert cluster.until("at least 1 pods app=web CrashLoopBackOff").ended == "reached"


def test_a_rollout_settles_while_the_old_pods_crash_and_the_new_ones_never_come():
    # Found by random faults: each old Pod that was ready for a moment counted as progress of the new ones.
    cluster = Cluster()
    cluster.apply("deployment web x2 nginx:1.27 { exits 0 after 2s }")
    cluster.run()
    cluster.apply("deployment web x2 nginx:broken")
    assert cluster.run(limit=20_000).ended == "settled"


def test_a_rollout_that_never_gets_anywhere_misses_its_deadline():
    cluster = Cluster()
    cluster.apply("deployment web x2 nginx:broken")
    cluster.run()
    (deployment,) = cluster.view.list("Deployment")
    progressing = next(c for c in deployment.status.conditions if c.type == "Progressing")
    assert (progressing.status, progressing.reason) == ("False", "ProgressDeadlineExceeded")
