"""What the tests of the course share: a cluster in which three Pods run."""

import pytest

from kubelab import Cluster


@pytest.fixture
def cluster() -> Cluster:
    """Three Pods that run."""
    made = Cluster()
    made.apply("deployment web x3 nginx:1.27")
    made.run()
    return made
