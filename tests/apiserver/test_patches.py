"""Patches, each kind on its own: what a document is after one."""

import pytest

from kubelab.api.apps import Deployment
from kubelab.api.core.pod import Pod
from kubelab.api.core.service import Service
from kubelab.apiserver.patches import merge, operations, strategic
from kubelab.apiserver.patches.go_text import go_text
from kubelab.errors import StatusError


@pytest.mark.parametrize(
    ("document", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_merge_patch_does_what_rfc_7386_lists(document, patch, result):
    assert merge.merged(document, patch) == result


@pytest.mark.parametrize(
    ("patch", "result"),
    [
        ([{"op": "add", "path": "/data/z", "value": "1"}], {"data": {"a": "1", "z": "1"}, "list": [1, 2]}),
        ([{"op": "replace", "path": "/data/a", "value": "2"}], {"data": {"a": "2"}, "list": [1, 2]}),
        ([{"op": "remove", "path": "/list/0"}], {"data": {"a": "1"}, "list": [2]}),
        ([{"op": "add", "path": "/list/-", "value": 3}], {"data": {"a": "1"}, "list": [1, 2, 3]}),
        ([{"op": "move", "from": "/data/a", "path": "/a~1b"}], {"data": {}, "a/b": "1", "list": [1, 2]}),
        ([{"op": "copy", "from": "/list", "path": "/twin"}], {"data": {"a": "1"}, "list": [1, 2], "twin": [1, 2]}),
        ([{"op": "test", "path": "/data/a", "value": "1"}], {"data": {"a": "1"}, "list": [1, 2]}),
    ],
)
def test_a_json_patch_carries_out_its_operations(patch, result):
    document = {"data": {"a": "1"}, "list": [1, 2]}
    assert operations.carried_out(document, patch) == result
    assert document == {"data": {"a": "1"}, "list": [1, 2]}


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        ([{"op": "test", "path": "/data/a", "value": "2"}], 422),
        ([{"op": "remove", "path": "/nothing"}], 422),
        ([{"op": "add", "path": "/no/such/place", "value": 1}], 422),
        ([{"op": "jump", "path": "/data"}], 422),
        ([{"path": "/data"}], 422),
        ([{"op": "add", "path": "no pointer", "value": 1}], 422),
        ([{"op": "replace", "path": "/list/7", "value": 1}], 422),
        ([{"op": "add", "path": "/data/a"}], 422),
        ([{"op": "move", "from": 3, "path": 4}], 422),
        ({"op": "add"}, 400),
        (["add"], 400),
        ([{"op": "test", "path": "/data/a", "value": "1"}] * 10_001, 413),
    ],
)
def test_a_json_patch_that_cannot_be_carried_out_is_refused(patch, code):
    with pytest.raises(StatusError) as caught:
        operations.carried_out({"data": {"a": "1"}, "list": [1, 2]}, patch)
    assert caught.value.code == code


def containers(*names, **more):
    return {"spec": {"containers": [{"name": name, "image": f"{name}:1", **more} for name in names]}}


POD = containers("a", "b", "c")
META = {"metadata": {"finalizers": ["x/1", "x/2"], "labels": {"app": "web"}}}
SERVICE = {"spec": {"ports": [{"port": 80, "name": "http"}, {"port": 443, "name": "https"}]}}


@pytest.mark.parametrize(
    ("model", "document", "patch", "result"),
    [
        pytest.param(
            Pod,
            containers("a", "b"),
            {"spec": {"containers": [{"name": "b", "image": "b:2"}]}},
            {"spec": {"containers": [{"name": "a", "image": "a:1"}, {"name": "b", "image": "b:2"}]}},
            id="an item is found by its key",
        ),
        pytest.param(
            Pod,
            containers("a"),
            {"spec": {"containers": [{"name": "n", "image": "n:1", "command": None}]}},
            containers("n", "a"),
            id="a new item comes where the patch says it, before the others, and without nulls",
        ),
        pytest.param(
            Pod,
            POD,
            {"spec": {"containers": [{"name": "b", "$patch": "delete"}]}},
            containers("a", "c"),
            id="an item is deleted by its key",
        ),
        pytest.param(
            Pod,
            POD,
            {"spec": {"containers": [{"$patch": "replace"}, {"name": "z", "image": "z:1"}]}},
            containers("z"),
            id="a list is replaced",
        ),
        pytest.param(
            Pod,
            POD,
            {"spec": {"$setElementOrder/containers": [{"name": "c"}, {"name": "a"}, {"name": "b"}]}},
            containers("c", "a", "b"),
            id="items are put in order",
        ),
        pytest.param(
            Pod,
            POD,
            {
                "spec": {
                    "$setElementOrder/containers": [{"name": "d"}, {"name": "a"}],
                    "containers": [{"name": "d", "image": "d:1"}],
                }
            },
            containers("d", "a", "b", "c"),
            id="what the patch does not order keeps its place behind what stood before it",
        ),
        pytest.param(
            Pod,
            {"spec": {}},
            {"spec": {"$setElementOrder/containers": [{"name": "a"}], **containers("a")["spec"]}},
            containers("a"),
            id="a list that was not there may be ordered, too",
        ),
        pytest.param(
            Pod,
            META,
            {"metadata": {"finalizers": ["x/3", "x/1"]}},
            {"metadata": {"finalizers": ["x/3", "x/1", "x/2"], "labels": {"app": "web"}}},
            id="a set of values grows",
        ),
        pytest.param(
            Pod,
            META,
            {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x/1", "x/9"]}},
            {"metadata": {"finalizers": ["x/2"], "labels": {"app": "web"}}},
            id="values leave a set",
        ),
        pytest.param(
            Pod,
            {"spec": {"containers": [{"name": "a", "args": ["1", "2"]}]}},
            {"spec": {"containers": [{"name": "a", "args": ["3"]}]}},
            {"spec": {"containers": [{"name": "a", "args": ["3"]}]}},
            id="a list without a key is replaced whole",
        ),
        pytest.param(
            Pod,
            META,
            {"metadata": {"labels": {"$patch": "replace", "tier": "front"}}},
            {"metadata": {"finalizers": ["x/1", "x/2"], "labels": {"tier": "front"}}},
            id="a map is replaced",
        ),
        pytest.param(
            Pod,
            META,
            {"metadata": {"labels": {"$patch": "delete"}}},
            {"metadata": {"finalizers": ["x/1", "x/2"], "labels": {}}},
            id="a map is emptied",
        ),
        pytest.param(
            Pod, META, {"metadata": {"labels": None, "finalizers": None}}, {"metadata": {}}, id="null removes"
        ),
        pytest.param(
            Deployment,
            {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}},
            {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}},
            {"spec": {"strategy": {"type": "Recreate"}}},
            id="only the keys to be kept are kept",
        ),
        pytest.param(
            Service,
            SERVICE,
            {"spec": {"ports": [{"port": 443, "name": "tls"}]}},
            {"spec": {"ports": [{"port": 80, "name": "http"}, {"port": 443, "name": "tls"}]}},
            id="keys may be numbers",
        ),
    ],
)
def test_a_strategic_merge_patch(model, document, patch, result):
    before = go_text(document), go_text(patch)
    assert strategic.merged(document, patch, model) == result
    assert (go_text(document), go_text(patch)) == before, "neither the document nor the patch may change"


@pytest.mark.parametrize(
    ("patch", "code", "text"),
    [
        (
            {"spec": {"containers": [{"image": "x"}]}},
            500,
            "map: map[image:x] does not contain declared merge key: name",
        ),
        ({"spec": {"$patch": "explode"}}, 500, "unknown patch type: explode in map: "),
        ({"spec": {"containers": [{"name": "a", "$patch": "merge"}]}}, 500, "merging lists cannot yet be specified"),
        ({"spec": {"$retainKeys": ["a"], "b": 1}}, 400, "invalid patch format of retainKeys"),
        ({"spec": {"$patch": 3}}, 500, "unknown patch type: %!s(int64=3) in map: map[$patch:3]"),
        ({"spec": {"$setElementOrder/containers": "a"}}, 500, "expected a []interface {}, but received a string"),
        ({"spec": {"$setElementOrder/containers": None}}, 500, "expected a []interface {}, but received a <nil>"),
        ({"spec": {"containers": ["a"]}}, 500, "list element types are not identical: [[map["),
        ({"spec": {"containers": [[]]}}, 500, "list element types are not identical: [[map["),
        ({"spec": {"containers": [{"name": ["a"]}]}}, 500, "does not contain declared merge key: name"),
    ],
)
def test_a_strategic_merge_patch_that_contradicts_itself_is_refused(patch, code, text):
    with pytest.raises(StatusError) as caught:
        strategic.merged(POD, patch, Pod)
    assert caught.value.code == code
    assert text in caught.value.message
