"""The columns of storage drivers, of ways of running containers, and of the range of Service addresses.

Source: `pkg/printers/internalversion/printers.go`.
"""

from kubelab.state.snapshot import Object
from kubelab.views.printers.cells import NONE, UNSET, age, printer, truth


def _csi_driver(obj: Object, now: int) -> tuple[str, ...]:
    spec = obj.spec
    tokens = ",".join(each.audience for each in spec.token_requests) if spec.token_requests else UNSET
    return (
        obj.metadata.name,
        truth(spec.attach_required is not False),
        truth(bool(spec.pod_info_on_mount)),
        truth(bool(spec.storage_capacity)),
        tokens,
        truth(bool(spec.requires_republish)),
        ",".join(spec.volume_lifecycle_modes) or NONE,
        age(obj, now),
    )


def _csi_node(obj: Object, now: int) -> tuple[str, ...]:
    return (obj.metadata.name, str(len(obj.spec.drivers)), age(obj, now))


def _attributes(obj: Object, now: int) -> tuple[str, ...]:
    return (obj.metadata.name, obj.driver_name, age(obj, now))


def _runtime_class(obj: Object, now: int) -> tuple[str, ...]:
    return (obj.metadata.name, obj.handler, age(obj, now))


def _service_cidr(obj: Object, now: int) -> tuple[str, ...]:
    return (obj.metadata.name, ",".join(obj.spec.cidrs), age(obj, now))


CSI_DRIVER = printer(
    "NAME|ATTACHREQUIRED|PODINFOONMOUNT|STORAGECAPACITY|TOKENREQUESTS|REQUIRESREPUBLISH|MODES|AGE", "", _csi_driver
)
CSI_NODE = printer("NAME|DRIVERS|AGE", "", _csi_node)
VOLUME_ATTRIBUTES_CLASS = printer("NAME|DRIVERNAME|AGE", "", _attributes)
RUNTIME_CLASS = printer("NAME|HANDLER|AGE", "", _runtime_class)
SERVICE_CIDR = printer("NAME|CIDRS|AGE", "", _service_cidr)
