"""The columns of everything that makes Pods.

Source: `pkg/printers/internalversion/printers.go`.
"""

from kubelab.api.duration import human
from kubelab.state.snapshot import SECOND, Object, controller_of
from kubelab.views.printers.cells import NONE, age, containers, labels, printer, selector, since, truth

_WIDE = "CONTAINERS|IMAGES|SELECTOR"


def _wanted(obj: Object) -> int:
    return int(obj.spec.replicas or 0)


def _deployment(obj: Object, now: int) -> tuple[str, ...]:
    status = obj.status
    return (
        obj.metadata.name,
        f"{status.ready_replicas}/{_wanted(obj)}",
        str(status.updated_replicas),
        str(status.available_replicas),
        age(obj, now),
        *containers(obj.spec.template.spec.containers),
        # A Deployment's selector is printed bare: an empty one is no "<none>".
        selector(obj.spec.selector).replace(NONE, ""),
    )


def _replica_set(obj: Object, now: int) -> tuple[str, ...]:
    status, template = obj.status, obj.spec.template
    chosen = obj.spec.selector
    return (
        obj.metadata.name,
        str(_wanted(obj)),
        str(status.replicas),
        str(status.ready_replicas),
        age(obj, now),
        *containers(template.spec.containers if template is not None else ()),
        labels(chosen) if isinstance(chosen, dict) else selector(chosen),
    )


def _stateful_set(obj: Object, now: int) -> tuple[str, ...]:
    ready = f"{obj.status.ready_replicas}/{_wanted(obj)}"
    return (obj.metadata.name, ready, age(obj, now), *containers(obj.spec.template.spec.containers))


def _daemon_set(obj: Object, now: int) -> tuple[str, ...]:
    status = obj.status
    return (
        obj.metadata.name,
        str(status.desired_number_scheduled),
        str(status.current_number_scheduled),
        str(status.number_ready),
        str(status.updated_number_scheduled),
        str(status.number_available),
        labels(obj.spec.template.spec.node_selector),
        age(obj, now),
        *containers(obj.spec.template.spec.containers),
        selector(obj.spec.selector),
    )


_JOB_STATES = (
    ("Complete", "Complete"),
    ("Failed", "Failed"),
    ("", "Terminating"),
    ("Suspended", "Suspended"),
    ("FailureTarget", "FailureTarget"),
    ("SuccessCriteriaMet", "SuccessCriteriaMet"),
)
"""What a Job's STATUS may be, the strongest first; the empty condition is that it is being deleted."""


def _job(obj: Object, now: int) -> tuple[str, ...]:
    spec, status = obj.spec, obj.status
    met = {c.type for c in status.conditions if c.status == "True"}
    if obj.metadata.deletion_timestamp is not None:
        met.add("")
    word = next((word for condition, word in _JOB_STATES if condition in met), "Running")
    if spec.completions is not None:
        completions = f"{status.succeeded}/{spec.completions}"
    elif (spec.parallelism or 0) > 1:
        completions = f"{status.succeeded}/1 of {spec.parallelism}"
    else:
        completions = f"{status.succeeded}/1"
    took = ""
    if status.start_time is not None:
        end = now // SECOND if status.completion_time is None else status.completion_time
        took = human(end - status.start_time)
    listed = containers(spec.template.spec.containers)
    return (obj.metadata.name, word, completions, took, age(obj, now), *listed, selector(spec.selector))


def _cron_job(obj: Object, now: int) -> tuple[str, ...]:
    spec, status = obj.spec, obj.status
    last = status.last_schedule_time
    template = spec.job_template.spec
    return (
        obj.metadata.name,
        spec.schedule,
        spec.time_zone if spec.time_zone is not None else NONE,
        UNSET_FLAG if spec.suspend is None else truth(spec.suspend).capitalize(),
        str(len(status.active)),
        since(last, now) if last is not None else NONE,
        age(obj, now),
        *containers(template.template.spec.containers),
        selector(template.selector),
    )


UNSET_FLAG = "<unset>"


def _controller_revision(obj: Object, now: int) -> tuple[str, ...]:
    owner = controller_of(obj.metadata)
    name = NONE
    if owner is not None:
        group = owner.api_version.partition("/")[0] if "/" in owner.api_version else ""
        name = f"{owner.kind.lower()}{f'.{group}' if group else ''}/{owner.name}"
    return (obj.metadata.name, name, str(obj.revision), age(obj, now))


DEPLOYMENT = printer("NAME|READY|UP-TO-DATE|AVAILABLE|AGE", _WIDE, _deployment)
REPLICA_SET = printer("NAME|DESIRED|CURRENT|READY|AGE", _WIDE, _replica_set)
REPLICATION_CONTROLLER = REPLICA_SET
STATEFUL_SET = printer("NAME|READY|AGE", "CONTAINERS|IMAGES", _stateful_set)
DAEMON_SET = printer("NAME|DESIRED|CURRENT|READY|UP-TO-DATE|AVAILABLE|NODE SELECTOR|AGE", _WIDE, _daemon_set)
JOB = printer("NAME|STATUS|COMPLETIONS|DURATION|AGE", _WIDE, _job)
CRON_JOB = printer("NAME|SCHEDULE|TIMEZONE|SUSPEND|ACTIVE|LAST SCHEDULE|AGE", _WIDE, _cron_job)
CONTROLLER_REVISION = printer("NAME|CONTROLLER|REVISION|AGE", "", _controller_revision)
