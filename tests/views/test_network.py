"""A walk as a picture: the way through the machines, hop by hop."""

import re
from itertools import pairwise

import pytest

from kubelab import Cluster
from kubelab.errors import UsageError
from kubelab.network.trail import Walk
from kubelab.views.measure import width
from kubelab.views.network import WalkFilm, frame
from kubelab.views.network_layout import INTERNET, WIRE, hops_of, part_id
from kubelab.views.scene import FORMS
from kubelab.views.theme import CHANGED

PROGRAM = """
cluster { node worker-[1..2] }
pod client busybox { nodeName worker-1 }
pod a-web-server-with-quite-a-long-name nginx { nodeName worker-2 ; label app=web ; port 80 }
service web -> app=web port 80
service out NodePort 30080 -> app=web port 80
service none -> app=nobody port 80
"""
NODE = re.compile(r'^\t"?([^"\[]+?)"? \[.*?\bpos="?([^" ]+)"?', re.MULTILINE)
POD = "Pod/default/a-web-server-with-quite-a-long-name"


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    made = Cluster()
    made.apply(PROGRAM)
    made.run()
    return made


INGRESS = """
cluster { node worker-[1..2]; cloud; ingress aws-alb, nginx }
deployment web nginx port http 80
service web NodePort -> deployment web port 80
ingress by-alb class alb { alb.example.com/ -> service web:80 }
ingress by-nginx class nginx { nginx.example.com/ -> service web:80 }
"""


@pytest.mark.parametrize(("host", "where"), [("alb.example.com", "net/load-balancer/"), ("nginx.example.com", "Pod/")])
def test_the_request_is_read_where_it_is_read(host: str, where: str) -> None:
    made = Cluster()
    made.apply(INGRESS)
    made.run()
    film = WalkFilm(made.walk("internet", f"http://{host}/"))
    for place, each in enumerate(hops_of(film.walk), start=1):
        if each.kind == "ingress":
            here = [
                name
                for name, sort in classes(film, place).items()
                if CHANGED in sort and name.startswith(where) and "--" not in name
            ]
            assert len(here) == 1, place
            if not each.back:
                step = film.frame(place).states[f"net/step/{place - 1}"]
                assert step.texts[2] == f"{host}/ (Prefix) → web:80"


WALKS = [("client", "web"), ("internet", "out"), ("client", "none"), ("client", "nowhere"), ("worker-2", "internet")]


@pytest.fixture(params=WALKS, ids=" to ".join)
def walk(request: pytest.FixtureRequest, cluster: Cluster) -> Walk:
    return cluster.walk(*request.param)


def classes(film: WalkFilm, index: int) -> dict[str, set[str]]:
    return {element: set(mark.classes.split()) for element, mark in film.frame(index).states.items()}


def test_nothing_ever_moves_and_everything_is_in_the_drawing(walk: Walk) -> None:
    film = WalkFilm(walk)
    known = {box.id for box in film.scene.boxes} | {link.id for link in film.scene.links}
    places: dict[str, str] = {}
    for index in range(film.last + 1):
        assert set(film.frame(index).states) <= known
        for element, place in NODE.findall(film.picture(index).dot):
            assert places.setdefault(element, place) == place, element
    assert len(places) > 10


def test_every_text_fits_into_its_box(walk: Walk) -> None:
    film = WalkFilm(walk)
    boxes, checked = film.scene.box, 0
    for index in range(film.last + 1):
        for element, mark in film.frame(index).states.items():
            if element in boxes:
                lines = FORMS[boxes[element].form].lines
                for line, text in zip(lines, mark.texts[1:], strict=False):
                    assert width(text, line.size, line.bold) <= boxes[element].w, text
                    checked += 1
    assert checked > 50


def test_no_two_places_lie_on_each_other(walk: Walk) -> None:
    boxes = [b for b in WalkFilm(walk).scene.boxes if b.form in ("object", "hub", "pod", "actor")]
    for n, one in enumerate(boxes):
        for other in boxes[n + 1 :]:
            apart = one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y
            assert apart, (one.id, other.id)


def test_each_hop_stands_out_in_its_own_frame(walk: Walk) -> None:
    film = WalkFilm(walk)
    assert not any(CHANGED in found for found in classes(film, 0).values())
    for index in range(1, film.last + 1):
        shown = classes(film, index)
        assert CHANGED in shown[f"net/step/{index - 1}"]
        assert [e for e in shown if e.startswith("net/step/") and CHANGED in shown[e]] == [f"net/step/{index - 1}"]
        assert all("later" in shown[f"net/step/{n}"] for n in range(index, film.last))


def test_the_way_there_and_back_passes_both_machines(cluster: Cluster) -> None:
    film = WalkFilm(cluster.walk("client", "web"))
    shown = classes(film, film.last)
    passed = {link.id for link in film.scene.links if "traffic" in shown[link.id]}
    for node, pod in (("worker-1", "Pod/default/client"), ("worker-2", POD)):
        chain = [WIRE, part_id(node, "routes"), part_id(node, "kernel"), part_id(node, "bridge"), pod]
        for one, other in pairwise(chain):
            assert {f"{one}--{other}", f"{other}--{one}"} & passed, (one, other)
    assert not [link for link in passed if INTERNET in link], "it never leaves the machines' network"


def test_a_hop_that_fails_is_marked_where_it_fails_and_told(cluster: Cluster) -> None:
    film = WalkFilm(cluster.walk("client", "none"))
    shown, states = classes(film, film.last), film.frame(film.last).states
    assert "failed" in shown[part_id("worker-1", "kernel")]
    assert "failed" in shown["net/verdict"]
    assert "no-endpoints at node worker-1" in states["net/verdict"].texts
    told = " ".join(states[f"net/reason/{n}"].texts[1] for n in range(7))
    assert "has no endpoints" in told
    assert "connection refused" in film.description


def test_a_question_that_a_policy_keeps_from_the_dns_server_has_no_answer() -> None:
    made = Cluster()
    made.apply(PROGRAM + "NetworkPolicy quiet { .spec.podSelector = {}; .spec.policyTypes = [Egress] }")
    made.run()
    film = WalkFilm(made.walk("client", "http://web/"))
    assert film.walk.fault == "policy-egress"
    assert "no answer" in film.picture(film.last).dot


def test_a_route_that_is_missing_is_seen_in_the_table() -> None:
    made = Cluster()
    made.apply(PROGRAM)
    made.run()
    made.break_route("worker-1", "10.244.1.0/24")
    film = WalkFilm(made.walk("client", "web"))
    lines = [m for e, m in film.frame(film.last).states.items() if e.startswith(part_id("worker-1", "route/"))]
    (lost,) = [mark for mark in lines if "gone" in mark.classes]
    assert lost.texts[1].startswith("✕ 10.244.1.0/24")


def test_a_large_cluster_is_drawn_with_the_machines_of_the_walk() -> None:
    made = Cluster(nodes=9)
    made.apply("pod a nginx { nodeName worker-8 ; port 80 }\ndeployment many x30 nginx { nodeName worker-9 }")
    made.run()
    film = WalkFilm(made.walk("deployment/many", "pod/a"))
    frames = {e for e in film.frame(0).states if e.endswith("/frame")}
    assert {part_id("worker-8", "frame"), part_id("worker-9", "frame")} <= frames
    assert len(frames) == 4
    assert film.frame(0).states[part_id("worker-9", "more")].texts[1] == "and 25 more Pods"


def test_the_picture_is_drawn_and_told(cluster: Cluster) -> None:
    walk = cluster.walk("client", "web")
    picture = cluster.draw(walk)
    assert picture.text == str(walk)
    assert "kubelab" in picture.svg()
    assert cluster.draw(walk, at=3).text.lstrip().startswith("3")
    assert frame(walk).description.endswith("✓ delivered")
    with pytest.raises(UsageError, match="there is no hop 99"):
        cluster.draw(walk, at=99)
    with pytest.raises(UsageError, match="there is no hop -1"):
        cluster.draw(walk, at=-1)


def test_the_picture_is_of_the_moment_of_the_walk(cluster: Cluster) -> None:
    made = Cluster()
    made.apply(PROGRAM)
    made.run()
    walk = made.walk("client", "web")
    before = made.draw(walk).dot
    made.kill("worker-2")
    assert made.draw(walk).dot == before
