"""The clusters that are measured, as objects."""

from typing import Any

from kubelab.api import manifest


def deployment(name: str, replicas: int) -> dict[str, Any]:
    """The manifest of a Deployment of small Pods."""
    labels = {"app": name}
    container = {
        "name": "web",
        "image": "nginx:1.27",
        "ports": [{"name": "http", "containerPort": 80}],
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}},
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


def service(name: str) -> dict[str, Any]:
    """The manifest of a Service in front of the Deployment of the same name."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"selector": {"app": name}, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]},
    }


def fleet(pods: int, replicas: int = 100) -> tuple[Any, ...]:
    """Deployments of `replicas` Pods each, together `pods`."""
    return tuple(manifest.from_manifest(deployment(f"fleet-{n}", replicas)) for n in range(pods // replicas))


def shop(tiers: int) -> tuple[Any, ...]:
    """What a lesson has: `tiers` Deployments of three Pods, with a Service each."""
    made = [make for n in range(tiers) for make in (deployment(f"tier-{n}", 3), service(f"tier-{n}"))]
    return tuple(manifest.from_manifest(one) for one in made)
