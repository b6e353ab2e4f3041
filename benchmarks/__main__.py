"""Run all benchmarks, or those named: `python -m benchmarks [NAME ...]`."""

import argparse
import sys
from importlib import import_module

NAMES = ("imports", "source", "frames", "scale", "transitions", "served")


def main() -> int:
    """Print every measure as soon as it is there; 1 where an aim is missed."""
    command = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure kubelab on this machine.")
    command.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(NAMES)} (default: all)")
    chosen = command.parse_args().names or NAMES
    unknown = [name for name in chosen if name not in NAMES]
    if unknown:
        command.error(f"no such benchmark: {', '.join(unknown)}")
    missed = 0
    for name in chosen:
        module = import_module(f"benchmarks.{name}")
        print(f"\n{(module.__doc__ or name).splitlines()[0]}", flush=True)
        for measure in module.measure():
            print(f"  {measure}", flush=True)
            missed += not measure.met
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
