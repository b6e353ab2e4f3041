"""From source to objects: the language against YAML, the same objects."""

from collections.abc import Iterator

import yaml

from benchmarks.measure import Measure, best
from benchmarks.programs import shop
from kubelab.api import manifest
from kubelab.dsl import compile_text

TIERS = 100

TIER = """\
deployment tier-{n} x3 nginx:1.27 {{
  port http 80
  request cpu 10m, memory 16Mi
}}
service tier-{n} -> deployment tier-{n} port 80
"""


def measure() -> Iterator[Measure]:
    """Milliseconds to read 100 Deployments and 100 Services, and the size of the texts."""
    source = "".join(TIER.format(n=n) for n in range(TIERS))
    objects = compile_text(source).objects
    as_yaml = manifest.dump_yaml(objects)
    if len(objects) != len(shop(TIERS)) or manifest.load(as_yaml) != objects:
        raise RuntimeError("the two texts do not say the same")
    mine = best(lambda: compile_text(source))
    loader = best(lambda: list(yaml.load_all(as_yaml, Loader=yaml.CSafeLoader)))
    whole = best(lambda: manifest.load(as_yaml))
    size = f"{len(objects)} objects"
    yield Measure(f"yaml.CSafeLoader to dicts, {size}", loader * 1e3, "ms")
    yield Measure(f"YAML to objects, {size}", whole * 1e3, "ms", whole / loader, "CSafeLoader")
    yield Measure(f"the language to objects, {size}", mine * 1e3, "ms", mine / loader, "CSafeLoader")
    words = len(source.split()) / len(as_yaml.split())
    yield Measure(f"words of the language, {size}", len(source.split()), "words", words, "YAML's", aim=0.4)
