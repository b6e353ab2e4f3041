"""Tab and Shift-Tab know the kinds that the cluster on screen has learnt, down to their fields."""

import pytest

from kubelab.kubectl import run
from kubelab.notebook.completing import complete
from kubelab.notebook.inspecting import inspect
from kubelab.notebook.session import Session

DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: bakeries.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Bakery, plural: bakeries, singular: bakery}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              ovens: {type: integer}
              flour: {type: string, enum: [rye, wheat]}
              open: {type: boolean}
              shifts: {type: array, items: {type: object, properties: {hours: {type: integer}}}}
"""


@pytest.fixture
def session() -> Session:
    made = Session()
    cluster = made.cluster
    run(cluster, "create -f -", stdin=DEFINITION)
    cluster.run()
    run(cluster, "create -f -", stdin="{apiVersion: example.com/v1, kind: Bakery, metadata: {name: corner}}")
    return made


def offered(session: Session, cell: str) -> list[str]:
    found = complete(session, cell, len(cell), bare=True)
    return [] if found is None else [each.text for each in found.candidates]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("Bak", ["Bakery"]),
        ("Bakery corner { .spec.", ["flour", "open", "ovens", "shifts"]),
        ("Bakery corner { .spec.o", ["open", "ovens"]),
        ("Bakery corner { .spec.shifts[0].", ["hours"]),
        ("Bakery corner { .spec.flour = ", ["rye", "wheat"]),
        ("Bakery corner { .spec.open = ", ["true", "false"]),
        ("expect 1 bak", ["bakeries"]),
        ("kubectl get bak", ["bakeries"]),
        ("kubectl describe bakery ", ["corner"]),
        ("%kube explain bakery/", ["bakery/corner"]),
    ],
)
def test_tab_offers_what_the_cluster_has_learnt(session: Session, cell: str, words: list[str]) -> None:
    assert offered(session, cell) == words


def test_another_cluster_has_not_learnt_it() -> None:
    assert offered(Session(), "Bak") == []
    assert offered(Session(), "kubectl get bak") == []


def test_shift_tab_says_what_a_learnt_kind_is(session: Session) -> None:
    said = inspect(session, "Bakery corner", 3, bare=True)
    assert said is not None and said.title == "Bakery, example.com/v1: in a namespace"


def test_the_metadata_of_a_learnt_kind_are_those_of_all(session: Session) -> None:
    assert "labels" in offered(session, "Bakery corner { .metadata.l")
