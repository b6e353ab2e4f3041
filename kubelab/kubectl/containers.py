"""``kubectl logs`` and ``kubectl exec``.

Source: kubectl `pkg/cmd/logs`, `pkg/cmd/exec`; `pkg/polymorphichelpers/logsforobject.go`.

**Simplified:** a simulated container has no program in it: what it writes is only its last words before it ends with
an error. ``exec`` knows the commands of `kubelab.kubectl.inside`.
"""

from collections.abc import Sequence
from typing import Any

from kubelab.api.scheme import by_kind
from kubelab.api.selector import from_label_selector, from_labels
from kubelab.errors import StatusError
from kubelab.kubectl import inside
from kubelab.kubectl.answer import Failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.resources import kind_of, labels_of
from kubelab.kubectl.verbs import FILES, SELECTOR, verb
from kubelab.state.machine import ContainerProcess, Sandbox
from kubelab.state.snapshot import Object

NOTHING_WRITTEN = (
    "a simulated container writes nothing while it runs; kubectl describe and kubectl events tell about it"
)
DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"

USAGE = (
    "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
    "POD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples"
)


@verb(
    "logs",
    "(POD | TYPE/NAME | -l LABELS) [-c CONTAINER] [-p]",
    "show what a container has written",
    Flag("container", "which container", "NAME", "c"),
    Flag("all-containers", "all containers"),
    Flag("all-pods", "all Pods of a workload"),
    Flag("previous", "of the process before the present one", short="p"),
    Flag("follow", "go on; here there is nothing more to come", short="f"),
    Flag("prefix", "the Pod and container before each line"),
    Flag("timestamps", "the moment before each line"),
    Flag("tail", "only the last lines", "N", kind="number", default=-1),
    Flag("since", "only what is younger", "TIME", kind="duration", default=0),
    Flag("since-time", "only what is younger", "MOMENT"),
    Flag("limit-bytes", "at most so much", "N", kind="number", default=0),
    Flag("max-log-requests", "without effect here", "N", kind="number", default=5),
    Flag("ignore-errors", "without effect here"),
    Flag("pod-running-timeout", "without effect here", "TIME", kind="duration"),
    SELECTOR,
)
def logs(call: Call) -> None:
    """Carry out ``kubectl logs``."""
    if not call.words and not call.said["selector"]:
        raise Failure(USAGE)
    if len(call.words) > 2:
        raise Failure(USAGE)
    pods = _pods(call)
    written = False
    for pod in pods:
        call.client.ask("get", by_kind("Pod"), pod.metadata.namespace, pod.metadata.name, "log")
        for container in _chosen(call, pod, call.said["all-containers"]):
            written = _write(call, pod, container) or written
    if not written:
        call.tell(f"note: {NOTHING_WRITTEN}")


def _pods(call: Call) -> list[Object]:
    """The Pods that are meant: one by its name, those of labels, or the first one of a workload."""
    if call.said["selector"]:
        return call.client.list(by_kind("Pod"), call.namespace, labels_of(call.said["selector"]))
    return [pod_of(call, call.words[0], several=call.said["all-pods"])]


def pod_of(call: Call, word: str, several: bool = False) -> Object:
    """The Pod that a word means: ``web-1``, ``pod/web-1``, or the first one of ``deploy/web``.

    Raises:
        KubelabError: there is none.
    """
    what, slash, name = word.partition("/")
    kind = kind_of(what) if slash else by_kind("Pod")
    name = name if slash else word
    if kind.kind == "Pod":
        try:
            return call.client.get(kind, call.namespace, name)
        except StatusError as error:
            if error.code != 404:
                raise
            where = f'{error.message} in namespace "{call.namespace}"'
            raise Failure(f"error: error from server (NotFound): {where}", whole=True) from None
    found = call.client.get(kind, call.namespace, name)
    selector = getattr(found.spec, "selector", None)
    if selector is None:
        raise Failure(f"cannot get the logs from *v1.{kind.kind}: selector is not set")
    chosen = (
        from_labels(selector) if kind.kind in ("Service", "ReplicationController") else from_label_selector(selector)
    )
    pods = [p for p in call.client.list(by_kind("Pod"), call.namespace) if chosen.matches(p.metadata.labels)]
    if not pods:
        raise Failure("timed out waiting for the condition")
    ready = sorted(pods, key=lambda pod: (pod.status.phase != "Running", pod.metadata.creation_timestamp or 0))
    if len(pods) > 1 and not several:
        call.tell(f"Found {len(pods)} pods, using pod/{ready[0].metadata.name}")
    return ready[0]


def container_of(call: Call, pod: Object) -> Any:
    """The container that is meant: the one that is named, the default one, or the first.

    Raises:
        Failure: there is no such container.
    """
    every = (*pod.spec.containers, *pod.spec.init_containers)
    wanted = call.said["container"] or (call.words[1] if call.verb.name == "logs" and len(call.words) > 1 else "")
    if wanted:
        found = next((each for each in every if each.name == wanted), None)
        if found is None:
            known = f"container {wanted} is not valid for pod {pod.metadata.name}"
            raise Failure(known if call.verb.name == "logs" else f'container not found ("{wanted}")')
        return found
    default = pod.metadata.annotations.get(DEFAULT_CONTAINER)
    chosen = next((each for each in pod.spec.containers if each.name == default), pod.spec.containers[0])
    if len(every) > 1 and not default:
        names = ", ".join(
            [*(c.name for c in pod.spec.containers), *(f"{c.name} (init)" for c in pod.spec.init_containers)]
        )
        call.tell(f'Defaulted container "{chosen.name}" out of: {names}')
    return chosen


def _chosen(call: Call, pod: Object, every: bool) -> Sequence[Any]:
    return (*pod.spec.init_containers, *pod.spec.containers) if every else (container_of(call, pod),)


def sandbox_of(call: Call, pod: Object) -> Sandbox | None:
    """What really runs of a Pod, or None."""
    machine = call.client.view.machine(pod.spec.node_name) if pod.spec.node_name else None
    return machine.sandboxes.get(pod.metadata.uid) if machine is not None else None


def _write(call: Call, pod: Object, container: Any) -> bool:
    sandbox = sandbox_of(call, pod)
    place = f'container "{container.name}" in pod "{pod.metadata.name}"'
    process: ContainerProcess | None = None
    if sandbox is not None:
        held = sandbox.previous if call.said["previous"] else sandbox.containers
        process = held.get(container.name)
    if process is None:
        if call.said["previous"]:
            where = f'previous terminated container "{container.name}" in pod "{pod.metadata.name}" not found'
            raise StatusError(400, "BadRequest", where)
        if not pod.spec.node_name:
            raise StatusError(400, "BadRequest", f"pod {pod.metadata.name} does not have a host assigned")
        raise StatusError(400, "BadRequest", f"{place} is waiting to start: {_waiting(pod, container)}")
    if not process.last_words or process.running(call.client.now):
        return False
    lead = f"[pod/{pod.metadata.name}/{container.name}] " if call.said["prefix"] else ""
    lines = process.last_words.splitlines()
    for line in lines if call.said["tail"] < 0 else lines[-call.said["tail"] :] if call.said["tail"] else []:
        call.print(f"{lead}{line}")
    return True


def _waiting(pod: Object, container: Any) -> str:
    for status in (*pod.status.container_statuses, *pod.status.init_container_statuses):
        if status.name == container.name and status.state.waiting is not None:
            return str(status.state.waiting.reason)
    return "ContainerCreating"


@verb(
    "exec",
    "(POD | TYPE/NAME) [-c CONTAINER] -- COMMAND [ARGS...]",
    "carry out a command in a container: env, cat, ls, nslookup, curl and a few others",
    Flag("container", "which container", "NAME", "c"),
    Flag("stdin", "pass stdin on", short="i"),
    Flag("tty", "give it a terminal; there is none here", short="t"),
    Flag("quiet", "say less", short="q"),
    Flag("pod-running-timeout", "without effect here", "TIME", kind="duration"),
    FILES,
)
def execute(call: Call) -> None:
    """Carry out ``kubectl exec``."""
    if not call.words:
        raise Failure("pod, type/name or --filename must be specified")
    command = call.after if call.after is not None else call.words[1:]
    if call.after is None and len(call.words) > 1:
        raise Failure(
            "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\n"
            "See 'kubectl exec -h' for help and examples"
        )
    if not command:
        raise Failure("you must specify at least one command for the container")
    pod = pod_of(call, call.words[0])
    call.client.ask("create", by_kind("Pod"), pod.metadata.namespace, pod.metadata.name, "exec")
    if pod.status.phase in ("Succeeded", "Failed"):
        raise Failure(f"cannot exec into a container in a completed pod; current phase is {pod.status.phase}")
    container = container_of(call, pod)
    sandbox = sandbox_of(call, pod)
    process = sandbox.containers.get(container.name) if sandbox is not None else None
    if process is None or not process.running(call.client.now):
        raise Failure(f'unable to upgrade connection: container not found ("{container.name}")')
    code = inside.carry_out(call, pod, container.name, command)
    if code:
        raise Failure(f"command terminated with exit code {code}", code, whole=True)
