"""The persistent volume controller, in the order in which to read it.

`controller` (the loop), `claims` (a PersistentVolumeClaim is to get a volume), `volumes` (a PersistentVolume is to be
used, released and reclaimed), `matching` (which volume fits which claim), `binding` (tying the two together).
"""

from kubelab.components.persistentvolume.controller import PersistentVolumeController

__all__ = ["PersistentVolumeController"]
