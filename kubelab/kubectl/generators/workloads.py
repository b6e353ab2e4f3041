"""``kubectl create deployment | job | cronjob``.

Source: kubectl `pkg/cmd/create` (``create_deployment.go``, ``create_job.go``, ``create_cronjob.go``).
"""

import re
from typing import Any

from kubelab.api.manifest import to_manifest
from kubelab.errors import StatusError
from kubelab.kubectl.answer import Failure, plain, usage_failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.client import Manifest
from kubelab.kubectl.creating import GENERATED, generate, meta_of, object_of
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.resources import kind_of
from kubelab.kubectl.verbs import verb


def container_name(image: str) -> str:
    """The name of a container after its image: ``registry/team/web:1.2`` → ``web``."""
    name = re.split(r"[:@]", image.rpartition("/")[2])[0]
    return re.sub(r"[^-a-z0-9]", "-", name.lower()) or "container"


@verb(
    "create deployment",
    "NAME --image=IMAGE [--replicas=N] [--port=PORT] [-- COMMAND...]",
    "create a Deployment",
    Flag("image", "the image of its containers; several make several containers", "IMAGE", kind="list"),
    Flag("replicas", "how many Pods", "N", "r", kind="number", default=1),
    Flag("port", "the port on which the container listens", "PORT", kind="number", default=-1),
    GENERATED,
    aliases=("create deploy",),
    required=("image",),
)
def deployment(call: Call) -> None:
    """Carry out ``kubectl create deployment``."""
    name, images = call.one_name(), call.said["image"]
    if len(images) > 1 and call.after:
        raise usage_failure("cannot specify multiple --image options and command", call.verb.name)
    containers: list[Manifest] = []
    for image in images:
        container: Manifest = {"name": container_name(image), "image": image}
        if call.said["port"] >= 0 and not containers:
            container["ports"] = [{"containerPort": call.said["port"]}]
        if call.after:
            container["command"] = list(call.after)
        containers.append(container)
    for number, container in enumerate(containers):
        if any(other["name"] == container["name"] for other in containers[:number]):
            container["name"] += f"-{_suffix(name, number)}"
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
    spec = {"replicas": call.said["replicas"], "selector": {"matchLabels": labels}, "template": template}
    manifest = object_of("apps/v1", "Deployment", meta_of(call, name, labels), spec=spec)
    generate(call, manifest, "deployment: ")


def _suffix(name: str, number: int) -> str:
    """What tells two containers of one image apart; the real one takes five random characters."""
    from kubelab.apiserver.names import suffix

    return suffix("Container", name, str(number))


def _job_spec(call: Call, name: str, restart: str) -> Manifest:
    container: dict[str, Any] = {"name": name, "image": call.said["image"]}
    if call.after is not None:
        container["command"] = list(call.after)
    return {"template": {"spec": {"restartPolicy": restart, "containers": [container]}}}


@verb(
    "create job",
    "NAME (--image=IMAGE [-- COMMAND...] | --from=cronjob/NAME)",
    "create a Job",
    Flag("image", "the image of its container", "IMAGE"),
    Flag("from", "a CronJob whose Job it is to be", "cronjob/NAME"),
    GENERATED,
)
def job(call: Call) -> None:
    """Carry out ``kubectl create job``."""
    name, image, origin = call.one_name(), call.said["image"], call.said["from"]
    if not image and not origin:
        raise Failure("either --image or --from must be specified")
    if image and origin:
        raise Failure("either --image or --from must be specified")
    if origin and call.after:
        raise Failure("cannot specify --from and command")
    if image:
        generate(call, object_of("batch/v1", "Job", meta_of(call, name), spec=_job_spec(call, name, "Never")), "job: ")
        return
    word, _, cron = origin.partition("/")
    kind = kind_of(word)
    if kind.kind != "CronJob" or not cron:
        raise Failure("from must be an existing cronjob")
    found = call.client.get(kind, call.namespace, cron)
    template = to_manifest(found)["spec"]["jobTemplate"]
    meta = meta_of(call, name, (template.get("metadata") or {}).get("labels"))
    given = (template.get("metadata") or {}).get("annotations") or {}
    meta["annotations"] = {"cronjob.kubernetes.io/instantiate": "manual", **given}
    meta["ownerReferences"] = [
        {
            "apiVersion": kind.api_version,
            "kind": kind.kind,
            "name": cron,
            "uid": found.metadata.uid,
            "controller": True,
        }
    ]
    generate(call, object_of("batch/v1", "Job", meta, spec=template["spec"]), "job: ")


@verb(
    "create cronjob",
    "NAME --image=IMAGE --schedule='*/5 * * * *' [-- COMMAND...]",
    "create a CronJob",
    Flag("image", "the image of its container", "IMAGE"),
    Flag("schedule", "when it runs, in the five fields of cron", "SCHEDULE"),
    Flag("restart", "the restartPolicy of its Pods: OnFailure or Never", "POLICY"),
    GENERATED,
    aliases=("create cj",),
    required=("image", "schedule"),
)
def cron_job(call: Call) -> None:
    """Carry out ``kubectl create cronjob``."""
    name = call.one_name()
    template = {"metadata": {"name": name}, "spec": _job_spec(call, name, call.said["restart"] or "OnFailure")}
    spec = {"schedule": call.said["schedule"], "jobTemplate": template}
    try:
        generate(call, object_of("batch/v1", "CronJob", meta_of(call, name), spec=spec), "cronjob: ")
    except StatusError as error:
        raise Failure(plain(error)) from None
