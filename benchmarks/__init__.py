"""How fast kubelab is, as ratios to something else wherever there is something else: `python -m benchmarks`."""
