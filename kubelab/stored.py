"""What etcd holds, and who watches it: the part of the façade that looks past the API server, as no component can.

print(cluster.etcd("/registry/pods/"))
print(cluster.etcd("/registry/pods/default/web-1"))
print(cluster.watchers("/registry/pods/"))
print(cluster.watched("/registry/pods/", since=12))
"""

from abc import ABC, abstractmethod

from kubelab.sim.engine import Engine
from kubelab.sim.timeline import Timeline


class Stored(ABC):
    """A cluster whose etcd can be looked at."""

    engine: Engine

    @property
    @abstractmethod
    def timeline(self) -> Timeline:
        """The timeline of the present branch."""

    def etcd(self, prefix: str = "") -> str:
        """The keys that begin with a prefix at the cursor, as a table; one whole key with its value, as JSON."""
        from kubelab.views import etcd

        return etcd.text(self.timeline, self.timeline.cursor, prefix)

    def watchers(self, prefix: str = "") -> str:
        """Who watches the prefixes, and who was woken by the step at the cursor."""
        from kubelab.views import etcd

        return etcd.watchers_text(self.engine, self.timeline, self.timeline.cursor, prefix)

    def watched(self, prefix: str = "", since: int = 0) -> str:
        """What a watch of a prefix is told that begins after a revision; or that it is too old (410)."""
        from kubelab.views import etcd

        return etcd.since_text(self.timeline.view(), since, prefix)
