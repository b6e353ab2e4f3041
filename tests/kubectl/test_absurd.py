"""Absurd words in a command are refused with a sentence, and cost no more than their length."""

import pytest

from kubelab.cluster import Cluster
from kubelab.kubectl import run

MANY = "1" * 5000


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return Cluster(nodes=1)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"scale deploy/x --replicas={MANY}", f'strconv.ParseInt: parsing "{MANY}": value out of range'),
        ("scale deploy/x --replicas=9223372036854775808", "value out of range"),
        (f"logs p --tail=-{MANY}", "value out of range"),
        (f"create token default --duration={MANY}s", f'time: invalid duration "{MANY}s"'),
        (f"create quota q --hard=pods={MANY}", "quantities must match the regular expression"),
        (f"create service clusterip s --tcp={MANY}", f"invalid port {MANY}"),
        (f"create pdb x --selector=a=b --min-available={MANY}", "invalid format specified for min-available"),
        (f"run p --image=x --port={MANY}", "value out of range"),
        ("run p --image=x --overrides=aaa", "cannot unmarshal string into Go value of type map[string]interface {}"),
        ("run p --image=x --overrides=[1]", "cannot unmarshal array into Go value of type map[string]interface {}"),
        (f"get pods -l a>{MANY}", "the value must be an integer"),
        (f"get nodes -o jsonpath={{.items[{MANY}]}}", "array index out of bounds"),
        (f"wait pod/p --for=jsonpath={{.a}}={'a' * 1_000_000}", 'pods "p" not found'),
    ],
    ids=lambda text: text[:40],
)
def test_absurd_words_are_refused(cluster: Cluster, line: str, said: str) -> None:
    answer = run(cluster, line.split(" "))
    assert answer.code != 0
    assert said in answer.err
