"""Requests that schemathesis makes of our own OpenAPI documents, right and wrong ones: never a failure of the server.

The ordinary run asks a few documents a little. All of them, thoroughly:

    KUBELAB_FUZZ=20 python -m pytest tests/server/test_fuzzed.py

which makes so many requests of each sort for each operation (20: about an hour).
"""

import asyncio
import os
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("schemathesis", reason="pip install 'kubelab[test]'")

import httpx
import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode

from kubelab.api.openapi import documents
from kubelab.cluster import Cluster

from .conftest import POD, Api

EXAMPLES = int(os.environ.get("KUBELAB_FUZZ", "0"))
FEW = ("apis/coordination.k8s.io/v1", "apis/policy/v1", "apis/scheduling.k8s.io/v1")
"""Documents whose kinds are small: examples of a Pod's template take seconds to make."""

OURS = "Internal error occurred"
"""So begins the answer to what we did not expect; a real server answers 500 to some nonsense, too, and so do we."""

SETTINGS = settings(
    max_examples=EXAMPLES or 1,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def ask() -> Iterator[Any]:
    """Sends a request straight into the application; what watches and follows ends at once."""
    api = Api(Cluster(nodes=1))
    api("POST", "/api/v1/namespaces/default/pods", POD)
    api.host.feed.close()
    loop = asyncio.new_event_loop()
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=api.server.app), base_url="http://localhost")

    def send(case: Any) -> Any:
        sent = case.as_transport_kwargs(base_url="http://localhost")
        sent.pop("cookies", None)
        if isinstance(sent.get("data"), str | bytes):
            sent["content"] = sent.pop("data")
        sent["headers"] = {**dict(sent.get("headers") or {}), "Authorization": "Bearer the-admin"}
        return loop.run_until_complete(client.request(**sent))

    yield send
    loop.run_until_complete(client.aclose())
    loop.close()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("place", documents.places() if EXAMPLES else FEW)
def test_whatever_the_documents_allow_or_forbid_is_answered(ask: Any, place: str, mode: GenerationMode) -> None:
    asked = 0
    for found in schemathesis.openapi.from_dict(documents.version(place)).get_all_operations():

        @hypothesis.seed(1)
        @SETTINGS
        @given(case=found.ok().as_strategy(generation_mode=mode))
        def answered(case: Any) -> None:
            nonlocal asked
            asked += 1
            answer = ask(case)
            assert answer.status_code < 600 and OURS not in answer.text, (case.method, case.path, answer.text)
            assert answer.headers["content-type"]
            if answer.status_code >= 400 and answer.headers["content-type"] == "application/json":
                status = answer.json()
                assert status["kind"] == "Status" and status["code"] == answer.status_code

        answered()
    assert asked >= 7
