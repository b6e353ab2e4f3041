"""Where the data of a volume once could be, with storage systems that are no longer made or supported.

Source: `k8s.io/api/core/v1` (the ``…VolumeSource`` types).

**Simplified:** no storage system is simulated, so none of these details has an effect.
"""

from kubelab.api.core.reference import LocalObjectReference
from kubelab.api.model import field, model


@model
class FlockerVolumeSource:
    """A data set of Flocker, which is no longer made.

    Attributes:
        dataset_name: its name.
        dataset_uuid: or its id.
    """

    dataset_name: str = ""
    dataset_uuid: str = field(default="", json="datasetUUID")


@model
class PhotonPersistentDiskVolumeSource:
    """A disk of VMware's Photon Controller, which is no longer made.

    Attributes:
        pd_id: of the disk.
        fs_type: the file system it is formatted with, such as ``ext4``.
    """

    pd_id: str = field(default="", always=True, json="pdID")
    fs_type: str = ""


@model
class QuobyteVolumeSource:
    """A volume of Quobyte.

    Attributes:
        registry: addresses of Quobyte's registries.
        volume: its name.
        read_only: whether it is mounted for reading only.
        user: as whom it is mounted.
        group: as which group it is mounted.
        tenant: to whom it belongs.
    """

    registry: str = field(default="", always=True)
    volume: str = field(default="", always=True)
    read_only: bool = False
    user: str = ""
    group: str = ""
    tenant: str = ""


@model
class ScaleIOVolumeSource:
    """A volume of ScaleIO.

    Attributes:
        gateway: the address of ScaleIO's gateway.
        system: the name of the storage system.
        secret_ref: a Secret with the credentials.
        ssl_enabled: whether the gateway is spoken to over TLS.
        protection_domain: of ScaleIO.
        storage_pool: of ScaleIO.
        storage_mode: thick or thin.
        volume_name: of the volume.
        fs_type: the file system it is formatted with, such as ``ext4``.
        read_only: whether it is mounted for reading only.
    """

    gateway: str = field(default="", always=True)
    system: str = field(default="", always=True)
    secret_ref: LocalObjectReference | None = field(default=None, always=True)
    ssl_enabled: bool = False
    protection_domain: str = ""
    storage_pool: str = ""
    storage_mode: str = ""
    volume_name: str = ""
    fs_type: str = ""
    read_only: bool = False


@model
class StorageOSVolumeSource:
    """A volume of StorageOS.

    Attributes:
        volume_name: of the volume.
        volume_namespace: where it is in StorageOS; "" means the Pod's namespace.
        fs_type: the file system it is formatted with, such as ``ext4``.
        read_only: whether it is mounted for reading only.
        secret_ref: a Secret with the credentials.
    """

    volume_name: str = ""
    volume_namespace: str = ""
    fs_type: str = ""
    read_only: bool = False
    secret_ref: LocalObjectReference | None = None
