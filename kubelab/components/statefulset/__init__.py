"""The StatefulSet controller: numbered Pods with lasting names and storage of their own.

Read `controller`, then `control`, which walks over the ordinals in their order; `identity` says what each Pod is
called, `claims` what becomes of its storage, and `revisions` which template it is made from.
"""

from kubelab.components.statefulset.controller import StatefulSetController

__all__ = ["StatefulSetController"]
