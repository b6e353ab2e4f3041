"""From the click to the frame, in the kernel: one step and everything that the Player shows of it."""

import statistics
from collections.abc import Iterator

from benchmarks.measure import Measure, seconds
from benchmarks.programs import shop
from kubelab import Cluster
from kubelab.notebook import Player

TIERS = 4
STEPS = 150


def measure() -> Iterator[Measure]:
    """Milliseconds for the first picture, for a step forward, for one back, and after something unforeseen."""
    cluster = Cluster()
    cluster.apply(shop(TIERS))
    made: list[Player] = []
    first = seconds(lambda: made.append(Player(cluster)))
    player = made[0]
    size = f"{3 * TIERS} Pods, {len(shop(TIERS))} other objects"
    yield Measure(f"the first picture, {size}", first * 1e3, "ms")
    forth = [seconds(player.step) for _ in range(STEPS)]
    if player.index < STEPS or not player.now:
        raise RuntimeError(f"the Player stands at step {player.index} after {STEPS} steps")
    yield Measure("a step and its frame, median", statistics.median(forth) * 1e3, "ms", aim=50)
    yield Measure("a step and its frame, the slowest of ten", slow(forth) * 1e3, "ms")
    back = [seconds(player.back) for _ in range(STEPS)]
    yield Measure("a step back and its frame, median", statistics.median(back) * 1e3, "ms", aim=50)
    player.goto(STEPS)
    yield Measure("the frame after a node was killed", seconds(lambda: cluster.kill("worker-2")) * 1e3, "ms")
    cluster.run()
    one = [seconds(lambda: cluster.draw().svg()) for _ in range(9)]
    yield Measure("one picture by itself as SVG, median", statistics.median(one) * 1e3, "ms")


def slow(times: list[float]) -> float:
    """What nine of ten stay under."""
    return statistics.quantiles(times, n=10)[-1]
