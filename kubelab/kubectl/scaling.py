"""``kubectl scale`` and ``kubectl autoscale``.

Source: kubectl `pkg/cmd/scale`, `pkg/cmd/autoscale`; `pkg/scale`.
"""

from kubelab.api.scheme import Kind
from kubelab.apiserver.scale import replicas_of, scale_of
from kubelab.errors import KubelabError, StatusError
from kubelab.kubectl import printing
from kubelab.kubectl.answer import Failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.changing import targets
from kubelab.kubectl.client import Manifest, manifest_of
from kubelab.kubectl.creating import generate, object_of
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.going_on import until
from kubelab.kubectl.verbs import ALL, DRY_RUN, FILES, MANAGER, OUTPUT, SAVE, SELECTOR, verb
from kubelab.state.snapshot import SECOND, ObjectKey


@verb(
    "scale",
    "(TYPE NAME | TYPE/NAME | -f FILE) --replicas=N",
    "change how many Pods there are to be",
    Flag("replicas", "how many", "N", kind="number"),
    Flag("current-replicas", "only if so many are wanted now", "N", kind="number", default=-1),
    Flag("resource-version", "only if the object has this version still", "VERSION"),
    Flag("timeout", "wait so long until it is so", "TIME", kind="duration", default=0),
    ALL,
    SELECTOR,
    FILES,
    OUTPUT,
    DRY_RUN,
    required=("replicas",),
)
def scale(call: Call) -> None:
    """Carry out ``kubectl scale``."""
    said = call.said
    if said["replicas"] < 0:
        raise Failure("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0")
    infos = targets(call, call.words, everything=said["all"])
    if not infos:
        why = f" {call.errors[0]}" if call.errors else ""
        call.errors.clear()
        raise Failure(f"no objects passed to scale{why}")
    for info in infos:
        try:
            check_scalable(info.kind)
            assert info.obj is not None
            have = replicas_of(info.obj)
            if said["current-replicas"] >= 0 and have != said["current-replicas"]:
                raise Failure(f"Expected replicas to be {said['current-replicas']}, was {have}")
            version = info.obj.metadata.resource_version
            if said["resource-version"] and said["resource-version"] != version:
                raise Failure(f"Expected resource version to be {said['resource-version']}, was {version}")
            shown: Manifest = info.manifest
            if call.dry != "client":
                shown = manifest_of(set_replicas(call, info.kind, info.namespace, info.name, said["replicas"]))
            printing.print_one(call, info.label, shown, "scaled")
            if said["timeout"] and call.dry == "none":
                _wait(call, ObjectKey(info.kind.kind, info.namespace, info.name))
        except KubelabError as error:
            call.errors.append(error)


def check_scalable(kind: Kind) -> None:
    """Make sure that objects of a kind can be scaled.

    Raises:
        StatusError: they cannot.
    """
    if "scale" not in kind.subresources:
        raise StatusError(404, "NotFound", "the server could not find the requested resource")


def set_replicas(call: Call, kind: Kind, namespace: str, name: str, replicas: int) -> object:
    """Change the replicas of an object through its scale; the object afterwards."""
    body = {"spec": {"replicas": replicas}}
    return call.client.patch(kind, namespace, name, body, "merge", did="scaled", subresource="scale")


def _wait(call: Call, key: ObjectKey) -> None:
    wanted = call.said["replicas"]
    seconds = call.said["timeout"] / SECOND

    def there(view: object) -> bool:
        obj = view.find(key)  # type: ignore[attr-defined]
        return obj is not None and scale_of(obj)["status"]["replicas"] == wanted

    if not until(call, there, seconds):
        raise Failure("timed out waiting for the condition")


@verb(
    "autoscale",
    "(TYPE NAME | TYPE/NAME) [--min=N] --max=N [--cpu-percent=N]",
    "create a HorizontalPodAutoscaler for a Deployment, ReplicaSet or StatefulSet",
    Flag("min", "at least so many Pods", "N", kind="number", default=-1),
    Flag("max", "at most so many Pods", "N", kind="number", default=-1),
    Flag("cpu-percent", "how much of its requested CPU a Pod is to use, in percent", "N", kind="number", default=-1),
    Flag("name", "the name of the autoscaler", "NAME"),
    FILES,
    OUTPUT,
    DRY_RUN,
    SAVE,
    MANAGER,
    required=("max",),
)
def autoscale(call: Call) -> None:
    """Carry out ``kubectl autoscale``."""
    said = call.said
    if said["max"] < 1:
        raise Failure("--max=MAXPODS is required and must be at least 1, max: %d" % said["max"])  # noqa: UP031
    if said["max"] < said["min"]:
        raise Failure(f"--max=MAXPODS must be larger or equal to --min=MINPODS, max: {said['max']}, min: {said['min']}")
    for info in targets(call, call.words):
        if "scale" not in info.kind.subresources:
            group = f".{info.kind.group}" if info.kind.group else ""
            call.errors.append(
                Failure(f"cannot autoscale a {info.kind.kind}{group}: the server could not find the requested resource")
            )
            continue
        reference = {"apiVersion": info.kind.api_version, "kind": info.kind.kind, "name": info.name}
        spec: Manifest = {"scaleTargetRef": reference, "maxReplicas": said["max"]}
        if said["min"] > 0:
            spec["minReplicas"] = said["min"]
        if said["cpu-percent"] >= 0:
            target = {"type": "Utilization", "averageUtilization": said["cpu-percent"]}
            spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
        meta = {"name": said["name"] or info.name, "namespace": info.namespace}
        generate_as(call, object_of("autoscaling/v2", "HorizontalPodAutoscaler", meta, spec=spec), "autoscaled")


def generate_as(call: Call, manifest: Manifest, done: str) -> None:
    """Create an object and say that something else was done: ``exposed``, ``autoscaled``."""
    first = len(call.out)
    generate(call, manifest)
    if not call.said["output"]:
        call.out[first:] = [line.replace(" created", f" {done}", 1) for line in call.out[first:]]
