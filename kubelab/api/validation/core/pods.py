"""Checks of Pods and Pod templates, new and changed.

In Kubernetes: `ValidatePodCreate`, `ValidatePodUpdate`, `ValidatePodStatusUpdate`, `ValidatePodTemplateSpec`.

**Simplified:** a refused change of the specification is answered without upstream's listing of the differences;
resizing a running Pod in place is refused like any other change, since it is a subresource of its own upstream.
"""

from collections.abc import Mapping
from typing import Any

from kubelab.api.core.affinity import Toleration
from kubelab.api.core.container import Container
from kubelab.api.core.pod import Binding, Pod, PodSpec, PodTemplate, PodTemplateSpec
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.validation import metadata, names
from kubelab.api.validation.core import security
from kubelab.api.validation.core.containers import padded_image
from kubelab.api.validation.core.paths import descending
from kubelab.api.validation.core.placement import tolerations
from kubelab.api.validation.core.pod_spec import pod_spec
from kubelab.api.validation.differences import difference
from kubelab.api.validation.field_error import Errors, forbidden, invalid, not_supported, required

_MAX_INT32 = 2**31 - 1
_MIRROR = "kubernetes.io/config.mirror"
_DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
_APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
_UPDATABLE = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)


def pod(given: Pod) -> Errors:
    """What is wrong with a new Pod."""
    yield from _metadata_and_spec(given)
    spec = given.spec
    if spec.ephemeral_containers:
        yield forbidden("spec.ephemeralContainers", "cannot be set on create")
    if spec.node_name and spec.scheduling_gates:
        yield forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared")
    yield from _profiles_match(given.metadata.annotations, spec, "spec")


def _metadata_and_spec(given: Pod) -> Errors:
    yield from metadata.object_meta(given.metadata, namespaced=True)
    yield from pod_annotations(given.metadata.annotations, given.spec, "metadata.annotations")
    yield from pod_spec(given.spec, given.metadata, "spec")


def template_spec(template: PodTemplateSpec, path: str) -> Errors:
    """What is wrong with a Pod template."""
    meta = template.metadata
    yield from metadata.labels(meta.labels, f"{path}.labels")
    yield from metadata.annotations(meta.annotations, f"{path}.annotations")
    yield from pod_annotations(meta.annotations, template.spec, f"{path}.annotations")
    yield from pod_spec(template.spec, None, f"{path}.spec")
    yield from _profiles_match(meta.annotations, template.spec, f"{path}.spec")
    if template.spec.ephemeral_containers:
        yield forbidden(f"{path}.spec.ephemeralContainers", "ephemeral containers not allowed in pod template")


def pod_template(given: PodTemplate) -> Errors:
    """What is wrong with a new PodTemplate object."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    yield from template_spec(given.template, "template")


def pod_template_update(new: PodTemplate, old: PodTemplate) -> Errors:
    """What is wrong with a changed PodTemplate object."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from template_spec(new.template, "template")


def pod_annotations(annotations: Mapping[str, str], spec: PodSpec, path: str) -> Errors:
    """What is wrong with the annotations that mean something to Kubernetes itself."""
    if not annotations:
        return
    if _MIRROR in annotations and not spec.node_name:
        text = "must set spec.nodeName if mirror pod annotation is set"
        yield invalid(f"{path}[{_MIRROR}]", annotations[_MIRROR], text)
    cost = annotations.get(_DELETION_COST)
    if cost is not None and not _is_int32(cost):
        yield invalid(f"{path}[{_DELETION_COST}]", cost, "must be a 32bit integer")
    for key in sorted(annotations):
        if key == _SECCOMP_POD or key.startswith(_SECCOMP_CONTAINER):
            yield from _seccomp_annotation(annotations[key], f"{path}.{key}")
    for key in sorted(annotations):
        if key.startswith(_APP_ARMOR):
            yield from _app_armor_annotation(key, annotations[key], spec, f"{path}[{key}]")


def _is_int32(text: str) -> bool:
    sign = text.startswith("-")
    digits = text[1:] if sign else text
    if not (digits.isascii() and digits.isdigit()) or (digits.startswith("0") and text != "0"):
        return False
    return -(2**31) <= int(text) <= _MAX_INT32


def _seccomp_annotation(profile: str, path: str) -> Errors:
    if profile in ("runtime/default", "docker/default", "unconfined"):
        return
    if profile.startswith("localhost/"):
        yield from descending(path, profile.removeprefix("localhost/"))
    else:
        yield invalid(path, profile, "must be a valid seccomp profile")


def _app_armor_annotation(key: str, profile: str, spec: PodSpec, path: str) -> Errors:
    name = key.removeprefix(_APP_ARMOR)
    if all(container.name != name for container, _ in security.containers_of(spec, "spec")):
        yield invalid(path, name, "container not found")
    if profile not in ("", "runtime/default", "unconfined") and not profile.startswith("localhost/"):
        yield invalid(path, profile, f'invalid AppArmor profile name: "{profile}"')


def _profiles_match(annotations: Mapping[str, str], spec: PodSpec, path: str) -> Errors:
    """Old annotations and new fields must say the same of a container's profiles."""
    if not any("seccomp" in key or "apparmor" in key for key in annotations):
        return
    context = spec.security_context
    if context is not None and context.seccomp_profile is not None and _SECCOMP_POD in annotations:
        here = f"{path}.securityContext.seccompProfile"
        yield from _same_profile(annotations[_SECCOMP_POD], context.seccomp_profile, "seccomp", here)
    for container, here in security.containers_of(spec, path):
        own = container.security_context
        annotation = annotations.get(f"{_SECCOMP_CONTAINER}{container.name}")
        if annotation is not None and own is not None and own.seccomp_profile is not None:
            field = f"{here}.securityContext.seccompProfile"
            yield from _same_profile(annotation, own.seccomp_profile, "seccomp", field)
    if spec.os is not None and spec.os.name == "windows":
        return
    for container, here in security.containers_of(spec, path):
        profile = None if context is None else context.app_armor_profile
        own = container.security_context
        if own is not None and own.app_armor_profile is not None:
            profile = own.app_armor_profile
        annotation = annotations.get(f"{_APP_ARMOR}{container.name}")
        if annotation is not None and profile is not None:
            field = f"{here}.securityContext.appArmorProfile"
            yield from _same_profile(annotation, profile, "apparmor", field)


def _same_profile(annotation: str, profile: Any, what: str, path: str) -> Errors:
    wrong_type = forbidden(f"{path}.type", f"{what} type in annotation and field must match")
    if profile.type == "Unconfined":
        if annotation != "unconfined":
            yield wrong_type
    elif profile.type == "RuntimeDefault":
        if annotation != "runtime/default" and (what, annotation) != ("seccomp", "docker/default"):
            yield wrong_type
    elif profile.type == "Localhost":
        if not annotation.startswith("localhost/"):
            yield wrong_type
        elif annotation.removeprefix("localhost/") != profile.localhost_profile:
            yield forbidden(f"{path}.localhostProfile", f"{what} profile in annotation and field must match")


def pod_update(new: Pod, old: Pod) -> Errors:
    """What is wrong with a change of a Pod: of its specification almost nothing may change."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _metadata_and_spec(new)
    yield from _annotation_update(new.metadata, old.metadata)
    if new.spec is not old.spec:
        yield from _spec_update(new.spec, old.spec)


def _annotation_update(new: ObjectMeta, old: ObjectMeta) -> Errors:
    before, after = old.annotations, new.annotations
    if before is after:
        return
    for key in sorted(before):
        if after.get(key) == before[key]:
            continue
        if key.startswith(_APP_ARMOR):
            yield forbidden(f"metadata.annotations[{key}]", "may not remove or update AppArmor annotations")
        if key == _MIRROR:
            yield forbidden(f"metadata.annotations[{key}]", "may not remove or update mirror pod annotation")
    for key in sorted(set(after) - set(before)):
        if key.startswith(_APP_ARMOR):
            yield forbidden(f"metadata.annotations[{key}]", "may not add AppArmor annotations")
        if key == _MIRROR:
            yield forbidden(f"metadata.annotations[{key}]", "may not add mirror pod annotation")


def _spec_update(new: PodSpec, old: PodSpec) -> Errors:
    lists = (
        ("spec.containers", new.containers, old.containers),
        ("spec.initContainers", new.init_containers, old.init_containers),
    )
    for path, after, before in lists:
        if len(after) != len(before):
            yield forbidden(path, "pod updates may not add or remove containers")
            return
        for index, container in enumerate(after):
            if not container.image:
                yield required(f"{path}[{index}].image")
            yield from padded_image(container, f"{path}[{index}]")
    deadline = tuple(_deadline_update(new.active_deadline_seconds, old.active_deadline_seconds))
    yield from deadline
    if deadline and new.active_deadline_seconds is not None:
        return
    yield from _toleration_update(new.tolerations, old.tolerations, "spec.tolerations")
    known = {gate.name for gate in old.scheduling_gates}
    for index, gate in enumerate(new.scheduling_gates):
        if gate.name not in known:
            text = f"only deletion is allowed, but found new scheduling gate '{gate.name}'"
            yield forbidden(f"spec.schedulingGates[{index}].name", text)
    yield from _gated_update(new, old)
    if (compared := _comparable(new, old)) != old:
        yield forbidden("spec", f"{_UPDATABLE}\n{difference(old, compared, 'PodSpec')}")


def _deadline_update(new: int | None, old: int | None) -> Errors:
    path = "spec.activeDeadlineSeconds"
    if new is None:
        if old is not None:
            yield invalid(path, None, "must not update from a positive integer to nil value")
    elif not 0 <= new <= _MAX_INT32:
        yield invalid(path, new, names.range_text(0, _MAX_INT32))
    elif old is not None and old < new:
        yield invalid(path, new, "must be less than or equal to previous value")


def _toleration_update(new: tuple[Toleration, ...], old: tuple[Toleration, ...], path: str) -> Errors:
    if new is old:
        return
    kept = {evolve(toleration, toleration_seconds=None) for toleration in new}
    for toleration in old:
        if evolve(toleration, toleration_seconds=None) not in kept:
            yield forbidden(path, "existing toleration can not be modified except its tolerationSeconds")
            return
    yield from tolerations(new, path)


def _gated_update(new: PodSpec, old: PodSpec) -> Errors:
    """While a Pod waits at a scheduling gate, where it may run can be narrowed, not changed."""
    if not old.scheduling_gates:
        return
    for key in sorted(old.node_selector):
        if new.node_selector.get(key) != old.node_selector[key]:
            text = "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
            yield invalid("spec.nodeSelector", new.node_selector, text)
            break
    before, after = _required_terms(old), _required_terms(new)
    path = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"
    if before and len(before) != len(after):
        yield invalid(path, after, "no additions/deletions to non-empty NodeSelectorTerms list are allowed")
        return
    for index, (had, has) in enumerate(zip(before, after, strict=False)):
        expressions, fields = len(had.match_expressions), len(had.match_fields)
        widened = not expressions and not fields and (has.match_expressions or has.match_fields)
        if (
            widened
            or has.match_expressions[:expressions] != had.match_expressions
            or has.match_fields[:fields] != had.match_fields
        ):
            yield invalid(f"{path}[{index}]", has, "only additions are allowed (no mutations or deletions)")


def _required_terms(spec: PodSpec) -> tuple[Any, ...]:
    affinity = spec.affinity
    if affinity is None or affinity.node_affinity is None:
        return ()
    selector = affinity.node_affinity.required_during_scheduling_ignored_during_execution
    return () if selector is None else selector.node_selector_terms


def _comparable(new: PodSpec, old: PodSpec) -> PodSpec:
    """The new specification with everything that may change put back as it was."""

    def images(after: tuple[Container, ...], before: tuple[Container, ...]) -> tuple[Container, ...]:
        return tuple(evolve(a, image=b.image) for a, b in zip(after, before, strict=True))

    grace = new.termination_grace_period_seconds
    if grace == 1 and (old.termination_grace_period_seconds or 0) < 0:
        grace = old.termination_grace_period_seconds
    spec = evolve(
        new,
        containers=images(new.containers, old.containers),
        init_containers=images(new.init_containers, old.init_containers),
        active_deadline_seconds=old.active_deadline_seconds,
        scheduling_gates=old.scheduling_gates,
        tolerations=old.tolerations,
        termination_grace_period_seconds=grace,
    )
    if not old.scheduling_gates:
        return spec
    affinity = spec.affinity
    before = None if old.affinity is None else old.affinity.node_affinity
    if affinity is None and before is not None:
        affinity = evolve(old.affinity, pod_affinity=None, pod_anti_affinity=None)
    elif affinity is not None and old.affinity is None and not (affinity.pod_affinity or affinity.pod_anti_affinity):
        affinity = None
    elif affinity is not None:
        affinity = evolve(affinity, node_affinity=before)
    return evolve(spec, node_selector=old.node_selector, affinity=affinity)


def binding(given: Binding) -> Errors:
    """What is wrong with the scheduler's answer."""
    target = given.target
    if target.kind and target.kind != "Node":
        yield not_supported("target.kind", target.kind, ("Node", "<empty>"))
    if not target.name:
        yield required("target.name")
