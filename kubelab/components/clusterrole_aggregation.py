"""ClusterRole aggregation controller: some ClusterRoles are put together from the rules of others.

- **Desired:** a ClusterRole with an ``aggregationRule`` holds the rules of all ClusterRoles with the labels it selects.
- **Actual:** the rules that it holds.
- **Action:** writes the rules. What somebody writes into them by hand is overwritten.

So ``admin``, ``edit`` and ``view`` come to include what is added to a cluster later: whoever brings a new kind labels a
ClusterRole with ``rbac.authorization.k8s.io/aggregate-to-view: "true"``, and changes nobody else's.

**In Kubernetes:** `pkg/controller/clusterroleaggregation`.

**Simplified:** upstream looks at every aggregated ClusterRole when any ClusterRole changes; here it looks at those
whose selectors match. It sends only the rules, by server-side apply; here it replaces the object.
"""

from collections.abc import Iterator
from typing import ClassVar

from kubelab.api.model import evolve
from kubelab.state.cluster_roles import aggregated_rules, selects
from kubelab.state.component import Wanted
from kubelab.state.requests import Update
from kubelab.state.snapshot import Change, ObjectKey, View, key_of


class ClusterRoleAggregationController:
    """Writes the rules of aggregated ClusterRoles. Keys: ClusterRoles."""

    name: ClassVar[str] = "clusterrole-aggregation-controller"
    watches: ClassVar[tuple[str, ...]] = ("ClusterRole",)

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """An aggregated ClusterRole, and those that select the one that changed, as it was or as it is."""
        if change.after is not None and change.after.aggregation_rule is not None:
            yield change.key
        for role in change.view.aggregating():
            if any(selects(role, other) for other in (change.before, change.after) if other is not None):
                yield key_of(role)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Write the rules if they are not what they should be."""
        role = view.find(key)
        if role is None or role.aggregation_rule is None:
            return ()
        rules = aggregated_rules(role, view.list("ClusterRole"))
        if rules == role.rules:
            return ()
        return (
            Update(
                object=evolve(role, rules=rules),
                reason="RulesAggregated",
                message=(
                    f"{self.name} wrote {len(rules)} rule{'' if len(rules) == 1 else 's'} into {key}: "
                    "those of the ClusterRoles that its aggregationRule selects."
                ),
            ),
        )
