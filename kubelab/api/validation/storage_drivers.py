"""Checks of what storage drivers say of themselves, of where they have room, and of the settings they know.

In Kubernetes: `pkg/apis/storage/validation/validation.go`.
"""

from kubelab.api.quantity import milli
from kubelab.api.storage import CSIDriver, CSINode, CSIStorageCapacity, TokenRequest, VolumeAttributesClass
from kubelab.api.validation import metadata, names, selectors
from kubelab.api.validation.core.volume_sources import csi_driver as driver_name
from kubelab.api.validation.field_error import (
    Errors,
    duplicate,
    forbidden,
    immutable,
    invalid,
    messages,
    not_supported,
    required,
    too_long,
)

_MODES = ("Persistent", "Ephemeral")
_GROUP_POLICIES = ("File", "None", "ReadWriteOnceWithFSType")


def csi_driver(given: CSIDriver) -> Errors:
    """What is wrong with a new CSIDriver."""
    yield from metadata.object_meta(given.metadata, namespaced=False)
    yield from _driver(given)


def csi_driver_update(new: CSIDriver, old: CSIDriver) -> Errors:
    """What is wrong with a changed CSIDriver: whether it attaches, and for how long its volumes live, stays."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _driver(new)
    yield from immutable("spec.attachedRequired", new.spec.attach_required, old.spec.attach_required)
    modes = "spec.volumeLifecycleModes"
    yield from immutable(modes, new.spec.volume_lifecycle_modes, old.spec.volume_lifecycle_modes)


def _driver(given: CSIDriver) -> Errors:
    spec = given.spec
    for name, value in (
        ("attachedRequired", spec.attach_required),
        ("podInfoOnMount", spec.pod_info_on_mount),
        ("storageCapacity", spec.storage_capacity),
    ):
        if value is None:
            yield required(f"spec.{name}")
    if spec.fs_group_policy is not None and spec.fs_group_policy not in _GROUP_POLICIES:
        yield not_supported("spec.fsGroupPolicy", spec.fs_group_policy, _GROUP_POLICIES)
    yield from _tokens(spec.token_requests, "spec.tokenRequests")
    for mode in spec.volume_lifecycle_modes:
        if mode not in _MODES:
            yield not_supported("spec.volumeLifecycleModes", mode, _MODES)
    if spec.se_linux_mount is None:
        yield required("spec.seLinuxMount")
    period = spec.node_allocatable_update_period_seconds
    if period is not None and period < 10:
        path = "spec.nodeAllocatableUpdatePeriodSeconds"
        yield invalid(path, period, "must be greater than or equal to 10 seconds")
    if spec.service_account_token_in_secrets is not None and not spec.token_requests:
        text = "serviceAccountTokenInSecrets is set but no tokenRequests are specified"
        yield invalid("spec.serviceAccountTokenInSecrets", spec.service_account_token_in_secrets, text)


def _tokens(given: tuple[TokenRequest, ...], path: str) -> Errors:
    seen = set()
    for index, token in enumerate(given):
        if token.audience in seen:
            yield duplicate(f"{path}[{index}].audience", token.audience)
            continue
        seen.add(token.audience)
        seconds = token.expiration_seconds
        here = f"{path}[{index}].expirationSeconds"
        if seconds is not None and seconds < 600:
            yield invalid(here, seconds, "may not specify a duration less than 10 minutes")
        if seconds is not None and seconds > 1 << 32:
            yield invalid(here, seconds, "may not specify a duration larger than 2^32 seconds")


def csi_node(given: CSINode) -> Errors:
    """What is wrong with a new CSINode."""
    yield from metadata.object_meta(given.metadata, namespaced=False)
    yield from _node(given)


def csi_node_update(new: CSINode, old: CSINode) -> Errors:
    """What is wrong with a changed CSINode: what is said of a driver stays while it is there."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _node(new)
    before = {driver.name: driver for driver in old.spec.drivers}
    for driver in new.spec.drivers:
        known = before.get(driver.name)
        if known is not None and (known.node_id, known.topology_keys) != (driver.node_id, driver.topology_keys):
            yield invalid("spec.drivers", driver, "field is immutable")


def _node(given: CSINode) -> Errors:
    seen = set()
    for index, driver in enumerate(given.spec.drivers):
        path = f"spec.drivers[{index}]"
        yield from driver_name(f"{path}.name", driver.name)
        if not driver.node_id:
            yield required(f"{path}.nodeID")
        elif len(driver.node_id) > 256:
            yield invalid(f"{path}.nodeID", driver.node_id, "must be 256 characters or less")
        count = None if driver.allocatable is None else driver.allocatable.count
        if count is not None and count < 0:
            yield invalid(f"{path}.allocatable.count", count, "must be greater than or equal to 0")
        if driver.name in seen:
            yield duplicate(f"{path}.name", driver.name)
        seen.add(driver.name)
        for number, key in enumerate(driver.topology_keys):
            if key in driver.topology_keys[:number]:
                yield duplicate(path, key)
            yield from names.qualified_name_errors(path, key)


def csi_storage_capacity(given: CSIStorageCapacity) -> Errors:
    """What is wrong with a new CSIStorageCapacity."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    yield from selectors.label_selector(given.node_topology, "nodeTopology")
    yield from messages("storageClassName", given.storage_class_name, names.dns_subdomain(given.storage_class_name))
    if given.capacity is not None and milli(given.capacity) < 0:
        yield invalid("capacity", given.capacity, "must be greater than or equal to 0")


def csi_storage_capacity_update(new: CSIStorageCapacity, old: CSIStorageCapacity) -> Errors:
    """What is wrong with a changed CSIStorageCapacity: only the amounts may change."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from immutable("nodeTopology", new.node_topology, old.node_topology)
    yield from immutable("storageClassName", new.storage_class_name, old.storage_class_name)


def volume_attributes_class(given: VolumeAttributesClass) -> Errors:
    """What is wrong with a new VolumeAttributesClass."""
    yield from metadata.object_meta(given.metadata, namespaced=False)
    yield from _attributes(given)


def volume_attributes_class_update(new: VolumeAttributesClass, old: VolumeAttributesClass) -> Errors:
    """What is wrong with a changed VolumeAttributesClass: all of it stays."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    if new.driver_name != old.driver_name:
        yield forbidden("driverName", "updates to driverName are forbidden.")
    if new.parameters != old.parameters:
        yield forbidden("parameters", "updates to parameters are forbidden.")
    yield from _attributes(new)


def _attributes(given: VolumeAttributesClass) -> Errors:
    if not given.driver_name:
        yield required("driverName")
    else:
        yield from names.qualified_name_errors("driverName", given.driver_name.lower())
    if len(given.parameters) > 512:
        yield too_long("parameters", 512)
    elif not given.parameters:
        yield required("parameters", "must contain at least one key/value pair")
    if "" in given.parameters:
        yield invalid("parameters", "", "field can not be empty.")
