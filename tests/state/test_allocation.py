"""The sums per node follow every change of a Pod, and are what adding all Pods up anew would give."""

from dataclasses import dataclass

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from immutables import Map

from kubelab.api.core.container import Container, ContainerPort, ResourceRequirements
from kubelab.api.core.node import Node
from kubelab.api.core.pod import Pod, PodSpec, PodStatus
from kubelab.api.scalars import FrozenMap, Quantity
from kubelab.state.allocation import DEFAULT_MEMORY, NodeAllocation, PodGroup, pod_request, update

MI = 1024 * 1024


def container(name="c", ports=(), restart=None, **requests):
    amounts = FrozenMap({k.replace("_", "-"): Quantity(v) for k, v in requests.items()})
    return Container(name=name, ports=ports, restart_policy=restart, resources=ResourceRequirements(requests=amounts))


def pod(node="", phase="", spec=None, **requests):
    spec = spec or PodSpec(containers=(container(**requests),))
    return Pod(spec=attrs.evolve(spec, node_name=node), status=PodStatus(phase=phase))


def test_a_pod_counts_from_its_bind_until_it_has_ended():
    waiting = pod(cpu="250m", memory="64Mi", ephemeral_storage="1Gi")
    bound = attrs.evolve(waiting, spec=attrs.evolve(waiting.spec, node_name="n1"))
    running = attrs.evolve(bound, status=PodStatus(phase="Running"))
    ended = attrs.evolve(bound, status=PodStatus(phase="Succeeded"))

    nothing = update(Map(), None, waiting)
    assert nothing == Map()
    one = update(nothing, waiting, bound)
    assert one["n1"] == NodeAllocation(
        pods=1,
        milli_cpu=250,
        memory=64 * MI,
        ephemeral_storage=1024 * MI,
        nonzero_milli_cpu=250,
        nonzero_memory=64 * MI,
        groups=FrozenMap({PodGroup("", FrozenMap()): 1}),
        priorities=FrozenMap({0: 1}),
    )
    assert update(one, bound, running) is one
    assert update(one, running, ended) == Map()
    assert update(one, running, None) == Map()


def test_other_kinds_change_nothing():
    assert update(Map(), None, Node()) == Map()


def test_containers_that_ask_for_nothing_count_when_nodes_are_scored():
    request = pod_request(PodSpec(containers=(container("a"), container("b", cpu="0", memory="1Mi"))))
    assert (request.milli_cpu, request.memory) == (0, MI)
    assert (request.nonzero_milli_cpu, request.nonzero_memory) == (100, DEFAULT_MEMORY + MI)


def test_init_containers_and_sidecars_set_a_floor():
    spec = PodSpec(
        containers=(container("app", cpu="1"),),
        init_containers=(
            container("first", cpu="2"),
            container("sidecar", cpu="500m", restart="Always"),
            container("second", cpu="2"),
        ),
    )
    assert pod_request(spec).milli_cpu == 2500
    assert pod_request(attrs.evolve(spec, overhead=FrozenMap({"cpu": Quantity("100m")}))).milli_cpu == 2600
    whole = ResourceRequirements(requests=FrozenMap({"cpu": Quantity("4")}))
    assert pod_request(attrs.evolve(spec, resources=whole)).milli_cpu == 4000


def test_extended_resources_and_ports_come_and_go():
    ports = (ContainerPort(container_port=80, host_port=8080, protocol="TCP"), ContainerPort(container_port=90))
    spec = PodSpec(containers=(container(ports=ports, **{"example.com/gpu": "2"}),))
    first, second = pod("n", spec=spec), pod("n", spec=spec)
    both = update(update(Map(), None, first), None, second)
    assert both["n"].scalar == {"example.com/gpu": 4}
    assert both["n"].ports == (("0.0.0.0", "TCP", 8080),) * 2
    one = update(both, second, None)
    assert one == update(Map(), None, first)


@dataclass
class Step:
    pod: int
    node: str
    phase: str
    size: int


steps = st.builds(
    Step,
    pod=st.integers(0, 3),
    node=st.sampled_from(["", "a", "b"]),
    phase=st.sampled_from(["Pending", "Running", "Failed"]),
    size=st.integers(0, 3),
)


@given(st.lists(steps, max_size=20))
def test_the_sums_are_those_of_the_pods_there_are(run):
    pods = {}
    allocated = Map()
    for step in run:
        after = pod(step.node, step.phase, cpu=str(step.size), **{"example.com/x": str(step.size)})
        allocated = update(allocated, pods.get(step.pod), after)
        pods[step.pod] = after
    afresh = Map()
    for each in pods.values():
        afresh = update(afresh, None, each)
    assert allocated == afresh


@pytest.mark.parametrize(("quantity", "milli"), [("0.1", 100), ("1500m", 1500), ("1u", 1), ("2", 2000)])
def test_cpu_is_in_thousandths_rounded_up(quantity, milli):
    assert pod_request(PodSpec(containers=(container(cpu=quantity),))).milli_cpu == milli
