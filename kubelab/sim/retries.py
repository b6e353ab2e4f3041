"""How long a component waits before it tries a key again that the API server refused.

In Kubernetes: client-go `util/workqueue`, the ItemExponentialFailureRateLimiter, and what a controller says of its own.
"""

from typing import Any

FIRST_RETRY = 5_000
"""The first retry of a refused key comes after five milliseconds; every further one takes twice as long."""

LONGEST_RETRY = 1_000_000_000
LASTING_RETRIES = 8
"""After so many refusals in a row a retry no longer keeps the cluster from settling."""


def wait_after(component: Any, failures: int) -> int:
    """How long to wait, in microseconds, when a key was refused `failures` times before."""
    first, longest = getattr(component, "retries", (FIRST_RETRY, LONGEST_RETRY))
    return int(min(first * 2**failures, longest))
