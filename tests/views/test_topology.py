"""The topology: who is where, what leads where, and what is drawn together when there is too much."""

import json
from collections.abc import Callable
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelab import Cluster
from kubelab.views import film, frame
from kubelab.views.scene import Box, Link
from kubelab.views.topology_layout import natural

CONTAINERS = ("zone", "machine")


def classes(world: Any, index: int | None = None) -> dict[str, str]:
    shown = film(world.timeline, "topology")
    return {e: m.classes for e, m in shown.frame(len(world.timeline) if index is None else index).states.items()}


def test_a_bound_pod_leaves_the_tray_for_its_machine(make_world: Callable[..., Any]) -> None:
    world = make_world(2)
    owner = world.replica_set(world.deployment("web", 1))
    pod = world.pod(owner, 0)
    name = f"Pod/default/{pod.metadata.name}"
    assert f"{name}@tray" in classes(world)
    world.bind(pod, "worker-2")
    now = classes(world)
    assert f"{name}@tray" not in now
    assert now[f"{name}@worker-2"] == "pod box creating changed"


def test_what_was_removed_is_seen_leaving_in_that_step_only(make_world: Callable[..., Any]) -> None:
    world = make_world(1)
    app = world.app("web", 1)
    world.delete(app.pods[0], "kubelet/worker-1")
    element = f"Pod/default/{app.pods[0].metadata.name}@worker-1"
    assert classes(world)[element].split()[-2:] == ["changed", "gone"]
    world.namespace("later")
    assert element not in classes(world)


def test_traffic_goes_to_ready_pods_and_the_others_are_only_selected(make_world: Callable[..., Any]) -> None:
    world = make_world(3)
    app = world.app("web", 3, ready=2)
    found = classes(world)
    lines = [found[f"Service/default/web--Pod/default/{p.metadata.name}@{p.spec.node_name}"] for p in app.pods]
    assert [line.split()[1] for line in lines] == ["traffic", "traffic", "refers"]


def test_a_released_pod_loses_its_line_to_the_owner(make_world: Callable[..., Any]) -> None:
    world = make_world(1)
    app = world.app("web", 1)
    pod = world.now(app.pods[0])
    line = f"ReplicaSet/default/{app.owner.metadata.name}--Pod/default/{pod.metadata.name}@worker-1"
    assert line in classes(world)
    free = attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, owner_references=()))
    world.step("replicaset-controller", "update", free)
    assert line not in classes(world)


def test_states_of_pods_have_a_glyph_and_a_word(make_world: Callable[..., Any]) -> None:
    world = make_world(1)
    app = world.app("web", 5, ready=1)
    world.report(app.pods[1], waiting="CrashLoopBackOff")
    world.report(app.pods[2], code=0)
    world.terminate(app.pods[3])
    world.pod(app.owner, 9)
    shown = film(world.timeline, "topology").frame(len(world.timeline)).states
    said = {(m.texts[1], m.texts[4]) for e, m in shown.items() if e.startswith("Pod/") and "--" not in e}
    assert said == {
        ("●", "Running · 1/1"),
        ("✕", "CrashLoopBackOff"),
        ("✓", "Completed"),
        ("◌", "Terminating"),
        ("◑", "ContainerCreating"),
        ("◔", "Pending"),
    }


def test_a_machine_in_trouble_says_so(make_world: Callable[..., Any]) -> None:
    world = make_world(2)
    world.app("web", 2)
    world.node_is("worker-2", "Unknown", cordoned=True)
    shown = film(world.timeline, "topology").frame(len(world.timeline)).states
    assert shown["Node/worker-1"].texts[2] == "cpu 0.2/4 · mem 0.1/8Gi"
    assert shown["Node/worker-2"].texts[2] == "✕ NotReady · cordoned"
    assert "stopped" in shown["Node/worker-2"].classes


def test_a_change_of_endpoints_is_one_of_the_service(make_world: Callable[..., Any]) -> None:
    world = make_world(1)
    world.app("web", 1)
    assert classes(world)["Service/default/web"].endswith("changed")


def test_namespaces_get_frames_only_where_there_are_several(make_world: Callable[..., Any]) -> None:
    world = make_world(1)
    world.app("web", 1)
    assert not [e for e in classes(world) if e.startswith("Namespace/")]
    world.namespace("shop")
    assert {e for e in classes(world) if e.startswith("Namespace/")} == {"Namespace/default", "Namespace/shop"}


def test_an_old_replica_set_that_never_plays_a_part_is_left_out(make_world: Callable[..., Any]) -> None:
    world = make_world(1)
    deployment = world.deployment("web", 1)
    old = world.replica_set(deployment, "1", 0)
    begin = world.last() + 1
    world.namespace("later")
    world.namespace("still-later")
    whole = {box.id for box in film(world.timeline, "topology").scene.boxes}
    late = {box.id for box in film(world.timeline, "topology", begin + 1).scene.boxes}
    name = f"ReplicaSet/default/{old.metadata.name}"
    assert name in whole and name not in late


def test_beyond_sixty_objects_pods_are_drawn_together_and_can_be_opened(make_world: Callable[..., Any]) -> None:
    world = make_world(3)
    app = world.app("web", 70, ready=69)
    whole = film(world.timeline, "topology")
    assert len(whole.scene.boxes) < 40
    group = f"ReplicaSet/default/{app.owner.metadata.name}@worker-1"
    assert group in whole.parts
    mark = whole.frame(len(world.timeline)).states[group]
    assert mark.texts[2:] == (app.owner.metadata.name, "", "● 23  ◑ 1")
    opened = film(world.timeline, "topology", open=[group])
    pods = [b for b in opened.scene.boxes if b.id.endswith("@worker-1") and b.id.startswith("Pod/")]
    assert len(pods) == 24 and group not in {b.id for b in opened.scene.boxes}


def test_many_machines_are_folded_and_can_be_opened(make_world: Callable[..., Any]) -> None:
    world = make_world(100)
    world.app("web", 4)
    whole = film(world.timeline, "topology")
    folded = [b.id for b in whole.scene.boxes if b.id.startswith("Nodes/")]
    assert folded and len(whole.scene.boxes) < 80
    assert set(folded) <= set(whole.parts)
    opened = {b.id for b in film(world.timeline, "topology", open=[folded[0]]).scene.boxes}
    assert {"Node/worker-1", "Node/worker-9"} <= opened and folded[0] not in opened


def test_too_many_pods_in_the_tray_are_counted(make_world: Callable[..., Any]) -> None:
    world = make_world(1)
    owner = world.replica_set(world.deployment("web", 30))
    for number in range(30):
        world.pod(owner, number)
    shown = film(world.timeline, "topology").frame(len(world.timeline)).states
    alone = [e for e in shown if e.startswith("Pod/") and "--" not in e]
    assert shown["tray~more"].texts[2] == f"{30 - len(alone)} more"


def test_names_are_sorted_as_people_do() -> None:
    assert sorted(["w-10", "w-9", "w-1", "v"], key=natural) == ["v", "w-1", "w-9", "w-10"]


def test_the_text_has_every_name_whole_and_marks_the_change(make_world: Callable[..., Any]) -> None:
    world = make_world(1)
    name = "a-deployment-with-a-name-that-no-box-has-room-for"
    world.app(name, 1)
    lines = frame(world.timeline, "topology").text.splitlines()
    assert any(f"Deployment {name} " in line for line in lines)
    assert [line for line in lines if line.startswith("▶")] == [
        next(line for line in lines if f"Service {name}" in line)
    ]


# Geometry: whatever the cluster looks like, nothing lies on anything


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.right - 0.5
        and other.x < one.right - 0.5
        and one.y < other.bottom - 0.5
        and other.y < one.bottom - 0.5
    )


def crosses(link: Link, box: Box) -> bool:
    """Whether a line runs through the inside of a box."""
    for (ax, ay), (bx, by) in zip(link.points, link.points[1:], strict=False):
        assert abs(ax - bx) < 0.01 or abs(ay - by) < 0.01, "a line has a slanted piece"
        low_x, high_x, low_y, high_y = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
        if low_x < box.right - 1 and high_x > box.x + 1 and low_y < box.bottom - 1 and high_y > box.y + 1:
            return True
    return False


def label(frame: Box) -> Box:
    """Where the text of a frame stands."""
    head = 20.0 if frame.form == "zone" else 38.0
    return Box("label", frame.form, frame.x + frame.text_left, frame.y + 3, frame.text_room, head - 6)


applications = st.lists(
    st.tuples(
        st.sampled_from(["web", "api", "db", "cache", "queue-of-messages-and-more"]),
        st.integers(0, 7),
        st.sampled_from(["default", "shop", "monitoring"]),
    ),
    max_size=6,
    unique_by=lambda app: (app[0], app[2]),
)


@settings(max_examples=50)
@given(nodes=st.integers(0, 9), apps=applications, revisions=st.integers(0, 8))
def test_nothing_overlaps_and_no_line_crosses_a_box_or_a_text(
    make_world: Callable[..., Any], nodes: int, apps: list[tuple[str, int, str]], revisions: int
) -> None:
    world = make_world(nodes)
    for name, replicas, namespace in apps:
        app = world.app(name, replicas if nodes else 0, namespace=namespace)
        for number in range(revisions):
            world.replica_set(app.deployment, f"old-{number}", 0)
        world.pod(app.owner, 99)
    scene = film(world.timeline, "topology").scene
    objects = [box for box in scene.boxes if box.form not in CONTAINERS]
    seats: dict[tuple[float, float], Box] = {}
    for box in objects:
        assert box.x >= 0 and box.right <= scene.width and box.y >= 0 and box.bottom <= scene.height
        # Two Pods may have the same place at different times; no two places overlap.
        seats.setdefault((box.x, box.y), box)
    places = list(seats.values())
    for n, box in enumerate(places):
        assert not [other.id for other in places[n + 1 :] if overlap(box, other)]
    frames = [box for box in scene.boxes if box.form in CONTAINERS]
    for n, one in enumerate(frames):
        assert not [other.id for other in frames[n + 1 :] if overlap(one, other)]
    obstacles = places + [label(one) for one in frames]
    for link in scene.links:
        assert not [box.id for box in obstacles if crosses(link, box)], link.id


def test_what_is_wrong_with_a_machine_fits_into_its_frame() -> None:
    cluster = Cluster(nodes=1)
    cluster.stop("kubelet/worker-1")
    cluster.run(for_="1m")
    texts = film(cluster.timeline).frame(len(cluster.timeline)).states["Node/worker-1"].texts
    assert texts[-1] == "✕ NotReady · kubelet off"


def test_traffic_goes_on_to_the_address_of_a_pod_that_is_gone() -> None:
    made = Cluster()
    made.apply("deployment web x2 nginx port 80\nservice web -> deployment web port 80")
    made.run()
    made.stop("endpoint-slice-controller")
    pod = made.view.list("Pod")[0].metadata.name
    made.delete(f"pod/{pod}", grace_seconds=0)
    made.run()
    shown = film(made.timeline).frame(len(made.timeline))
    ghosts = {element: mark for element, mark in shown.states.items() if "gone · address in use" in mark.texts}
    assert len(ghosts) == 1
    (ghost,) = ghosts
    arrows = [mark.classes for element, mark in shown.states.items() if element.endswith(f"--{ghost}")]
    assert [classes for classes in arrows if "traffic" in classes], "the Service sends to an address that nobody has"
    made.start("endpoint-slice-controller")
    made.run()
    healed = film(made.timeline).frame(len(made.timeline)).states
    assert not [mark for mark in healed.values() if "gone · address in use" in mark.texts]


def test_an_ingress_leads_to_services_in_rows_above_without_crossing_a_box() -> None:
    cluster = Cluster()
    names = ("api", "cache", "docs", "mail", "shop", "stock", "web")
    apps = [f"deployment {name} x1 nginx:1.27\nservice {name} -> deployment {name} port 80" for name in names]
    rules = "\n".join(f"  shop.example.com/{name} -> service {name}:80" for name in reversed(names))
    cluster.apply("\n".join([*apps, f"ingress way {{\n{rules}\n}}"]))
    scene = film(cluster.timeline, "topology").scene
    box = {each.id: each for each in scene.boxes}
    ways = [link for link in scene.links if link.tail == "Ingress/default/way"]
    assert len(ways) == len(names)
    assert any(box[way.head].bottom < box[way.tail].y for way in ways), "some Service stands above it"
    obstacles = [each for each in scene.boxes if each.form not in CONTAINERS]
    for way in ways:
        assert not [each.id for each in obstacles if crosses(way, each)], way.id


def test_an_object_of_a_learnt_kind_has_a_box_and_a_line_to_what_it_owns() -> None:
    cluster = Cluster(nodes=1)
    cluster.apply(
        """
        CustomResourceDefinition bakeries.example.com {
          .spec.group = example.com
          .spec.scope = Namespaced
          .spec.names = {plural: bakeries, singular: bakery, kind: Bakery}
          .spec.versions = [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {
            type: object, x-kubernetes-preserve-unknown-fields: true}}}]
        }
        """
    )
    cluster.run()
    cluster.apply("Bakery corner { .spec = {ovens: 2, bread: rye, hours: [7, 18]} }")
    owner = cluster.view.list("Bakery")[0].metadata
    reference = {"apiVersion": "example.com/v1", "kind": "Bakery", "name": "corner", "uid": owner.uid}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "baker", "ownerReferences": [reference | {"controller": True}]},
        "spec": {"containers": [{"name": "baker", "image": "busybox"}]},
    }
    cluster.apply(json.dumps(pod))
    cluster.run()
    states = film(cluster.timeline, "topology").frame(cluster.cursor).states
    assert states["Bakery/default/corner"].texts[1:] == ("Bakery", "corner", "bread rye · ovens 2")
    assert states["Bakery/default/corner--Pod/default/baker@worker-1"].classes == "link owns"
    assert "    Bakery corner   bread rye · ovens 2" in frame(cluster.timeline).text
    cluster.delete("bakery/corner")
    assert "gone" in film(cluster.timeline, "topology").frame(cluster.cursor).states["Bakery/default/corner"].classes


def test_a_timeline_by_itself_shows_what_led_to_its_step() -> None:
    cluster = Cluster()
    cluster.apply("deployment web x6 nginx:1.27")
    cluster.run()
    size = len(cluster.timeline)
    assert size > 45
    text = frame(cluster.timeline, "timeline").text
    assert text.splitlines()[0].split()[0] == str(size - 39)
    assert f"▲ step {size}" in text and "○" not in text.splitlines()[1]
    earlier = frame(cluster.timeline, "timeline", 35).text
    assert earlier.splitlines()[0].split()[0] == "4"
    assert sum(line.count("○") for line in earlier.splitlines()[:-1]) == 8
    assert "▲ step 35" in earlier
