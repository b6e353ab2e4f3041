"""Images: how large they are, how long a pull takes, and what the kubelet says about it.

**In Kubernetes:** kubelet `pkg/kubelet/images` (EnsureImageExists), containerd's resolver.

**Simplified:** how large an image is follows from its name, and how long its pull takes from
how large it is and how fast the machine is; it cannot be pulled when the Pod's annotations or the image's own name
say so (see `kubelab.api.behaviour`). A registry that asks for credentials does not
give it to everybody (`kubelab.components.kubelet.keyring`).
"""

from functools import lru_cache
from hashlib import sha256

from kubelab.api.behaviour import Behaviour
from kubelab.api.duration import text_of
from kubelab.state.machine import BackOff, Machine, Pull

BYTES_PER_SECOND = 100_000_000
SMALLEST, LARGEST = 30_000_000, 150_000_000
"""Every image is between so many bytes large: a pull takes 0.3 to 1.7 seconds."""

PACES = 8
"""How many sorts of machines there are; the slowest take a fifth longer than the fastest."""

CHECK_SECONDS = 0.1
"""How long it takes to ask the registry whether an image that is already here is still the newest."""

MISSING_SECONDS = 0.5
"""How long it takes to learn that an image does not exist."""

FIRST_BACK_OFF = 10_000_000
LONGEST_BACK_OFF = 300_000_000
"""After a failure ten seconds, then twice as long each time, at most five minutes (in microseconds)."""


def next_back_off(last: BackOff | None, failed_at: int, now: int) -> BackOff:
    """How long to wait after one more failure (client-go's ``flowcontrol.Backoff``).

    After twice the longest delay without a failure it starts from the beginning.
    """
    if last is None or failed_at - last.updated_at > 2 * LONGEST_BACK_OFF:
        return BackOff(delay=FIRST_BACK_OFF, updated_at=now)
    return BackOff(delay=min(last.delay * 2, LONGEST_BACK_OFF), updated_at=now)


@lru_cache(maxsize=4096)
def reference(image: str) -> str:
    """The image by its full name: ``nginx`` → ``docker.io/library/nginx:latest``."""
    name, at, digest = image.partition("@")
    first, slash, _ = name.partition("/")
    if not slash:
        name = f"docker.io/library/{name}"
    elif "." not in first and ":" not in first and first != "localhost":
        name = f"docker.io/{name}"
    if at:
        return f"{name}@{digest}"
    return name if name.rfind(":") > name.rfind("/") else f"{name}:latest"


@lru_cache(maxsize=4096)
def image_id(image: str) -> str:
    """The digest by which the runtime knows the image."""
    return f"sha256:{sha256(reference(image).encode()).hexdigest()}"


@lru_cache(maxsize=4096)
def size_of(image: str) -> int:
    """The size of an image in bytes."""
    number = int(sha256(reference(image).encode()).hexdigest()[:8], 16)
    return SMALLEST + number % (LARGEST - SMALLEST)


def present(machine: Machine, image: str, now: int) -> bool:
    """Whether the machine has the image."""
    return image in machine.images or machine.pulling.get(image, now + 1) <= now


def pull_seconds(machine: Machine, image: str, acts: Behaviour, fails: bool) -> float:
    """How long the pull of an image takes, once its turn has come."""
    if acts.start_seconds is not None:
        return acts.start_seconds
    if fails:
        return MISSING_SECONDS
    if image in machine.images or image in machine.pulling:
        return CHECK_SECONDS
    return size_of(image) / (BYTES_PER_SECOND * pace(machine.name))


@lru_cache(maxsize=16384)
def pace(machine: str) -> float:
    """How fast a machine is, from 0.9 to 1.075: no two Pods get ready at the same moment in a real cluster, either."""
    return 0.9 + int(sha256(machine.encode()).hexdigest()[:8], 16) % PACES / 40


def pulling_message(image: str) -> str:
    """The Event at the beginning of a pull."""
    return f'Pulling image "{image}"'


def pulled_message(pull: Pull) -> str:
    """The Event at the end of a pull."""
    took = text_of((pull.done_at - pull.begins_at) // 1000 * 1000)
    waited = text_of((pull.done_at - pull.asked_at) // 1000 * 1000)
    size = size_of(pull.image)
    return f'Successfully pulled image "{pull.image}" in {took} ({waited} including waiting). Image size: {size} bytes.'


def already_present_message(image: str) -> str:
    """The Event in the place of a pull that is not needed."""
    return f'Container image "{image}" already present on machine and can be accessed by the pod'


def never_pull_message(image: str) -> str:
    """The Event when the image is not here and must not be pulled."""
    return f'Container image "{image}" is not present with pull policy of Never'


def back_off_message(image: str) -> str:
    """The Event while the kubelet waits before the next pull."""
    return f'Back-off pulling image "{image}"'


def pull_error(image: str) -> str:
    """What containerd says of an image that no registry has."""
    name = reference(image)
    return (
        f'rpc error: code = NotFound desc = failed to pull and unpack image "{name}": '
        f'failed to resolve reference "{name}": {name}: not found'
    )
