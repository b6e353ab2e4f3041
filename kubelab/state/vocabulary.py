"""Which kinds a snapshot knows: the table of kinds, and what its CustomResourceDefinitions have established.

In Kubernetes: what discovery says.
"""

from kubelab.api.custom import is_established, kinds_defined
from kubelab.api.memo import IdentityMemo
from kubelab.api.scheme import BUILT_IN, Vocabulary, vocabulary
from kubelab.state.snapshot import Snapshot

_KNOWN: IdentityMemo[Vocabulary] = IdentityMemo(64)


def vocabulary_of(snapshot: Snapshot) -> Vocabulary:
    """The kinds of a cluster."""
    definitions = snapshot.definitions
    if not definitions:
        return BUILT_IN
    found = _KNOWN.get(definitions)
    if found is None:
        established = [definitions[key] for key in sorted(definitions) if is_established(definitions[key])]
        found = _KNOWN.put(definitions, vocabulary(kinds_defined(established)) if established else BUILT_IN)
    return found
