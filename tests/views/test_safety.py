"""User text never breaks a picture, and a Secret's values never appear in one."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelab import render
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap
from kubelab.views import VIEWS, explain, frame
from kubelab.views.dot import write
from kubelab.views.escape import clean, element_id
from kubelab.views.scene import Box, Link, Mark, Scene

HOSTILE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            '"]; evil [label="x"',
            "</TABLE>>];",
            "<script>alert(1)</script>",
            "&lt;b&gt; &amp;",
            "\\N \\G \\l \\",
            "a\\",
            "<b>",
            "<",
            ">",
            "x]]>",
            "\x00\x1b[31m\ud800",
            "%s {} ${x}",
            "--></svg>",
        ]
    ),
)
SVG = "{http://www.w3.org/2000/svg}"


@settings(max_examples=80)
@given(name=HOSTILE, fact=HOSTILE, tooltip=HOSTILE, title=HOSTILE)
def test_any_text_comes_out_as_it_went_in(name: str, fact: str, tooltip: str, title: str) -> None:
    ids = element_id("Pod", name), element_id("Pod", name, "2")
    boxes = tuple(Box(element, "object", 10 + 400 * n, 10, 390, 54) for n, element in enumerate(ids))
    link = Link("link", ids[0], ids[1], ((400, 30), (410, 30)))
    scene = Scene("topology", 900, 80, boxes, (link,))
    mark = Mark("object box workload", (tooltip, "Pod", name, fact))
    drawn = render.svg(write(scene, {ids[0]: mark, ids[1]: mark, "link": Mark("link owns")}, title, tooltip))
    root = ET.fromstring(drawn)
    groups = {group.get("id"): group for group in root.iter(f"{SVG}g")}
    texts = [text.text or "" for text in groups[ids[0]].iter(f"{SVG}text")]
    assert texts[0] == "Pod"
    assert texts[1].strip() == clean(name).strip()
    assert texts[2].strip() == clean(fact).strip()
    assert (groups[ids[0]].findtext(f"{SVG}title") or "").strip() == clean(tooltip).strip()
    assert {"link", *ids} <= set(groups)
    assert not list(root.iter(f"{SVG}script"))


@given(one=st.text(max_size=20), other=st.text(max_size=20))
def test_ids_of_different_names_are_different_and_plain(one: str, other: str) -> None:
    assert (element_id("Pod", one) == element_id("Pod", other)) == (one == other)
    assert element_id("Pod", one).isascii() and not set(element_id(one)) & set(" \"'<>&:;\\")


@settings(max_examples=15)
@given(text=HOSTILE)
def test_hostile_labels_and_messages_are_drawn_by_every_view(make_world: Callable[..., Any], text: str) -> None:
    world = make_world(1)
    app = world.app("web", 1)
    pod = world.now(app.pods[0])
    meta = ObjectMeta(
        name=pod.metadata.name,
        namespace="default",
        uid=pod.metadata.uid,
        labels=FrozenMap({"app": "web", "note": text}),
        annotations=FrozenMap({text: text}),
        owner_references=pod.metadata.owner_references,
    )
    world.step("user", "update", attrs.evolve(pod, metadata=meta), f"You wrote {text}")
    for view in VIEWS:
        shown = frame(world.timeline, view)
        ET.fromstring(render.svg(shown.dot))
        assert "\x1b" not in shown.text
        assert all(line.isprintable() for line in shown.text.split("\n"))


def test_the_values_of_a_secret_appear_nowhere(make_world: Callable[..., Any]) -> None:
    world = make_world(1)
    secret = "aHVudGVyMg=="
    before = world.secret("login", secret)
    world.step("user", "update", attrs.evolve(before, data=FrozenMap({"password": secret, "more": secret})))
    for index in (1, 2):
        said = [explain.why(world.timeline, index), *explain.describe_changes(world.timeline.transitions[index - 1])]
        said += [explain.why_object(world.timeline, world.timeline.transitions[0].key)]
        for view in VIEWS:
            shown = frame(world.timeline, view, index)
            said += [shown.dot, shown.text, shown.sentence, shown.description]
        assert not [text for text in said if secret in text]
    assert explain.describe_changes(world.timeline.transitions[1]) == ["data[more]: + (hidden)"]
