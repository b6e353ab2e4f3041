"""`kubectl explain` says what the real one prints of our documents, also of kinds that the cluster has learnt.

`data/explained.json` is what a kubectl binary printed when it asked a served cluster that had `data/bakeries.yaml`.
"""

import json
from pathlib import Path

import pytest

from kubelab import Cluster
from kubelab.kubectl import run

DATA = Path(__file__).parent / "data"
PRINTED = json.loads((DATA / "explained.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    made = Cluster(nodes=1)
    run(made, f"create -f {DATA / 'bakeries.yaml'}")
    made.run()
    return made


@pytest.mark.parametrize("what", PRINTED)
def test_a_field_is_explained_as_the_binary_prints_it(cluster: Cluster, what: str) -> None:
    assert str(run(cluster, f"explain {what}")) == PRINTED[what]


def test_a_kind_is_explained_only_while_it_is_there() -> None:
    assert "the server doesn't have a resource type" in run(Cluster(nodes=1), "explain bakery").err
