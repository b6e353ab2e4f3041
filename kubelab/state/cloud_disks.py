"""What can be asked of the cloud about disks: make, delete, attach, detach.

Source: the container storage interface (CSI): CreateVolume, DeleteVolume, ControllerPublishVolume,
ControllerUnpublishVolume.
"""

import attrs

from kubelab.api.model import evolve
from kubelab.errors import StatusError
from kubelab.state.cloud import ATTACHING_SECONDS, DISK_SECONDS, Cloud, Disk
from kubelab.state.requests import CloudRequest
from kubelab.state.snapshot import SECOND


@attrs.frozen(slots=True, kw_only=True)
class DiskRequest(CloudRequest):
    """A request about one disk.

    Attributes:
        disk: the name of the disk.
    """

    disk: str

    def shown(self, cloud: Cloud) -> Disk | None:
        """The disk."""
        return cloud.disks.get(self.disk)


@attrs.frozen(slots=True, kw_only=True)
class CreateDisk(DiskRequest):
    """Make a disk, which takes a while.

    Attributes:
        size: how large.
    """

    size: str

    def apply(self, cloud: Cloud, now: int) -> Cloud:
        """The cloud with the disk."""
        if self.disk in cloud.disks:
            return cloud
        disk = Disk(name=self.disk, size=self.size, asked_at=now, ready_at=now + DISK_SECONDS * SECOND)
        return evolve(cloud, disks=cloud.disks.set(self.disk, disk))


@attrs.frozen(slots=True, kw_only=True)
class DeleteDisk(DiskRequest):
    """Delete a disk, with all that is on it."""

    def apply(self, cloud: Cloud, now: int) -> Cloud:
        """The cloud without it.

        Raises:
            StatusError: it is attached to a machine.
        """
        disk = cloud.disks.get(self.disk)
        if disk is None:
            return cloud
        if disk.machines:
            raise StatusError(409, "Conflict", f"disk {self.disk} is attached to {', '.join(sorted(disk.machines))}")
        return evolve(cloud, disks=cloud.disks.delete(self.disk))


@attrs.frozen(slots=True, kw_only=True)
class AttachDisk(DiskRequest):
    """Attach a disk to the machine of a Node, which takes a moment.

    Attributes:
        node: the Node.
        shared: whether it may be attached to several machines at once.
    """

    node: str
    shared: bool = False

    def apply(self, cloud: Cloud, now: int) -> Cloud:
        """The cloud in which the machine has the disk.

        Raises:
            StatusError: there is no such disk or machine, or another machine has the disk.
        """
        disk = cloud.disks.get(self.disk)
        if disk is None or self.node not in cloud.instances:
            what = f"disk {self.disk}" if disk is None else f"instance {self.node}"
            raise StatusError(404, "NotFound", f"the cloud has no {what}")
        if self.node in disk.machines:
            return cloud
        if disk.machines and not self.shared:
            raise StatusError(409, "Conflict", f"disk {self.disk} is attached to {', '.join(sorted(disk.machines))}")
        machines = disk.machines.with_({self.node: now + ATTACHING_SECONDS * SECOND})
        return evolve(cloud, disks=cloud.disks.set(self.disk, evolve(disk, machines=machines)))


@attrs.frozen(slots=True, kw_only=True)
class DetachDisk(DiskRequest):
    """Take a disk from the machine of a Node."""

    node: str

    def apply(self, cloud: Cloud, now: int) -> Cloud:
        """The cloud in which the machine has the disk no longer."""
        disk = cloud.disks.get(self.disk)
        if disk is None:
            return cloud
        left = evolve(
            disk, machines=disk.machines.with_({self.node: None}), wanted_back=disk.wanted_back.with_({self.node: None})
        )
        return evolve(cloud, disks=cloud.disks.set(self.disk, left))


@attrs.frozen(slots=True, kw_only=True)
class WantDiskBack(DiskRequest):
    """Note that a disk is to be taken from a machine that does not answer, and since when; or that it is not after all.

    Attributes:
        node: the Node.
        wanted: whether it is.
    """

    node: str
    wanted: bool = True

    def apply(self, cloud: Cloud, now: int) -> Cloud:
        """The cloud that knows since when."""
        disk = cloud.disks.get(self.disk)
        if disk is None or self.wanted == (self.node in disk.wanted_back):
            return cloud
        back = disk.wanted_back.with_({self.node: now if self.wanted else None})
        return evolve(cloud, disks=cloud.disks.set(self.disk, evolve(disk, wanted_back=back)))
