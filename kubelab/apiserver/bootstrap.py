"""The snapshot with which a cluster begins: what the API server itself sees to before it answers anybody.

In Kubernetes: kube-apiserver's post-start hook ``rbac/bootstrap-roles`` (`pkg/registry/rbac/rest`); what
`kubelab.state.bootstrap_system` and `kubelab.state.bootstrap_api` name besides.

**Simplified:** these objects are there from before the first revision that is counted, so that the revisions of a
lesson begin with 1; and nobody puts them back at the next start of the API server when they were changed.
"""

from functools import lru_cache

from kubelab.api.clocktime import text_of
from kubelab.api.model import evolve
from kubelab.api.scalars import Time
from kubelab.apiserver import names
from kubelab.state import store
from kubelab.state.bootstrap_api import api_objects
from kubelab.state.bootstrap_rbac import rbac_objects
from kubelab.state.bootstrap_system import system_objects
from kubelab.state.snapshot import SECOND, Object, Snapshot, key_of


@lru_cache(maxsize=4)
def initial_snapshot(now: int, cloud: bool = False, system: bool = False) -> Snapshot:
    """An etcd with the roles of the system and their bindings, the accounts of its controllers, and what they need.

    Args:
        now: the time, in microseconds since 1970.
        cloud: whether the machines are in a cloud.
        system: whether it has what a whole control plane keeps for its own use.
    """
    since = Time(now // SECOND)
    own = (*system_objects(cloud, text_of(since)[:10]), *api_objects(since)) if system else ()
    objects = (*rbac_objects(), *own)
    return store.seeded(_stored(obj, since) for obj in objects)


def _stored(obj: Object, since: Time) -> Object:
    uid = names.uid(key_of(obj).full, "0")
    return evolve(obj, metadata=evolve(obj.metadata, uid=uid, creation_timestamp=since))
