"""kubectl in process prints what the real one printed, to the letter, in every scenario that was recorded.

What is different after all stands in `DIFFERENT`, each line with its reason; nothing else may be, and nothing may stand
there that is not.
"""

from collections.abc import Callable
from typing import Any

import pytest

EVICTION = (
    'p=$(kubectl get pods -l app=web -o jsonpath="{.items[0].metadata.name}"); '
    r'echo "{\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\",'
    r'\"metadata\":{\"name\":\"$p\",\"namespace\":\"default\"}}" '
    "| kubectl create --raw /api/v1/namespaces/default/pods/$p/eviction -f -"
)

DIFFERENT: dict[str, dict[str, str]] = {
    "01-deployment-service": {},
    "03-rolling-update": {},
    "05-recreate-pause": {},
    "06-replicaset-vs-rc": {},
    "08-namespaces": {},
    "09-secrets": {},
    "10-services": {},
    "12-ingress": {},
    "13-scheduling": {
        "kubectl describe node small": "the addresses and the system of simulated machines are others",
    },
    "16-jobs": {},
    "17-rbac": {},
    "18-kubectl-cheat-sheet": {},
    "19-apply-and-conflicts": {},
    "25-invalid-objects": {},
    "30-storage-static": {},
    "32-quota": {},
    "33-limitrange": {},
    "34-podsecurity": {},
    "37-patches": {
        'kubectl patch deployment web -p \'{"spec":{"replicass":2}}\'': "an unknown field of a "
        "patch is refused here, since the learner will not have meant it",
    },
    "39-services-more": {},
    "41-serviceaccounts": {},
    "46-gc-owners": {},
    "26-defaults": {
        "kubectl get pod/p deployment/d statefulset/s daemonset/ds rc/rc service/svc service/np secret/sec cronjob/cj "
        "ingress/ing networkpolicy/np pvc/pvc pv/pv hpa/h pdb/pdb rolebinding/rb sc/sc -o json "
        "--show-managed-fields=false | jq -S '.items[] | {kind, spec, type, data, roleRef, subjects, reclaimPolicy, "
        "volumeBindingMode, labels: .metadata.labels, finalizers: .metadata.finalizers}'": "here a claim that names no "
        "class gets the default one, and a volume",
    },
    "30-healing": {},
    "31-cascade": {},
    "32-failing-rollout": {},
    "35-statefulset-storage": {},
    "36-daemonset": {"kubectl describe ds agent": "kubectl 1.32 does not say the namespace, 1.33 does"},
    "37-jobs-failing": {},
    "39-autoscaler-without-metrics": {
        "kubectl top pods": "kubectl in process always has a metrics server",
        "kubectl get deploy,hpa": "here the cluster settles first, so the autoscaler has looked once more",
    },
    "40-disruption-budgets": {EVICTION: "kubectl in process knows no `--raw`"},
    "41-preemption": {"kubectl describe node node-1": "the system of simulated machines is another"},
    "42-affinity": {
        "kubectl get deploy,pods": "here the cluster settles first: ten minutes until the progress deadline",
        "kubectl get pods -l app=spread": "here the cluster settles first, which takes ten minutes",
    },
    "43-replicationcontrollers": {},
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_scenario_is_answered_as_the_real_kubectl_answered_it(name: str, replay: Callable[[str], list[Any]]) -> None:
    known = DIFFERENT[name]
    wrong = []
    different = set()
    for step in replay(name):
        if not step.same:
            different.add(step.line)
            if step.line not in known:
                wrong.append((step.line, step.recorded, step.ours))
    assert wrong == []
    assert different == set(known)
