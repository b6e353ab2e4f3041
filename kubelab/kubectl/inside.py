"""What ``kubectl exec`` can carry out in a simulated container: to look around, to ask DNS, to open connections.

=========================  =========================================================================================
``env``, ``printenv``      the variables of the container
``cat``, ``ls``            the files of its volumes, ``/etc/hosts``, ``/etc/resolv.conf``, ``/etc/hostname``
``hostname``, ``whoami``   its name, and who it is
``echo``, ``date``         as everywhere; the time is the virtual one
``nslookup``, ``getent``   what DNS says of a name
``curl``, ``wget``, ``nc``  whether a connection comes through, and who answers
``true``, ``false``        as everywhere
=========================  =========================================================================================

``sh -c`` and ``bash -c`` are read as far as one of these commands.

**Simplified:** what answers a connection is not an application, so its body only says which Pod it was.
"""

import shlex
from collections.abc import Callable, Sequence
from typing import Any

import attrs

from kubelab.api.clocktime import text_of
from kubelab.errors import UsageError
from kubelab.kubectl.answer import Failure
from kubelab.kubectl.call import Call
from kubelab.network.dns import look_up, resolver_of
from kubelab.network.trail import ANSWERS, CERTIFICATE, NO_ROUTE, NO_SUCH_NAME, REFUSED, TIMED_OUT, UNREACHABLE, Walk
from kubelab.state.inside import InsideContainer
from kubelab.state.inside import inside as look_inside
from kubelab.state.snapshot import SECOND, Object


@attrs.frozen
class Shell:
    """One command in one container."""

    call: Call
    pod: Object
    container: InsideContainer
    words: list[str]

    def fail(self, text: str, code: int) -> int:
        """Print an error; the exit code."""
        self.call.tell(text)
        return code


Program = Callable[[Shell], int]


def carry_out(call: Call, pod: Object, container: str, command: Sequence[str]) -> int:
    """Carry out a command; its exit code.

    Raises:
        Failure: it is none of those that are simulated.
    """
    words = list(command)
    if words[0].rpartition("/")[2] in ("sh", "bash", "ash"):
        if len(words) < 3 or words[1] != "-c":
            raise Failure(f"a simulated container has no shell to talk to; give a command: {', '.join(NAMES)}")
        words = shlex.split(words[2])
    name = words[0].rpartition("/")[2] if words else ""
    program = PROGRAMS.get(name)
    if program is None or any(sign in words for sign in ("|", "&&", ";", ">", "<")):
        raise Failure(f"{' '.join(words) or command[0]!r} is not simulated; there are {', '.join(NAMES)}")
    seen = next(each for each in look_inside(call.client.view, pod) if each.name == container)
    return program(Shell(call, pod, seen, words))


# Looking around


def _variables(shell: Shell) -> list[tuple[str, str]]:
    held = [("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")]
    held += [(each.name, each.content.value) for each in (*shell.container.variables, *shell.container.links)]
    return [*held, ("HOME", "/root")]


def _env(shell: Shell) -> int:
    if len(shell.words) > 1:
        known = dict(_variables(shell))
        if shell.words[1] not in known:
            return 1
        shell.call.print(known[shell.words[1]])
        return 0
    for name, value in _variables(shell):
        shell.call.print(f"{name}={value}")
    return 0


def _made(shell: Shell) -> dict[str, str]:
    """The files that the kubelet makes for every container."""
    pod, view = shell.pod, shell.call.client.view
    name = _hostname(pod)
    resolver = resolver_of(view, pod)
    search = f"search {' '.join(resolver.searches)}\n" if resolver.searches else ""
    server = f"nameserver {resolver.server}\n" if resolver.server else ""
    hosts = "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
    for each in pod.spec.host_aliases:
        hosts += f"{each.ip}\t" + "\t".join(each.hostnames) + "\n"
    return {
        "/etc/hostname": f"{name}\n",
        "/etc/hosts": f"{hosts}{pod.status.pod_ip}\t{name}\n",
        "/etc/resolv.conf": f"{search}{server}options ndots:{resolver.ndots}\n",
    }


def _hostname(pod: Object) -> str:
    return str(pod.spec.hostname or pod.metadata.name)[:63]


def _cat(shell: Shell) -> int:
    code = 0
    for path in (word for word in shell.words[1:] if not word.startswith("-")):
        made = _made(shell).get(path)
        content = shell.container.file(path)
        if made is None and content is None:
            code = shell.fail(f"cat: {path}: No such file or directory", 1)
        else:
            shell.call.write(made if made is not None else content.value if content is not None else "")
    return code


def _ls(shell: Shell) -> int:
    paths = [word for word in shell.words[1:] if not word.startswith("-")]
    if not paths:
        raise Failure("say which folder: a simulated container has only the files that the kubelet made for it")
    code = 0
    for path in paths:
        found = _listed(shell, path.rstrip("/") or "/")
        if not found:
            code = shell.fail(f"ls: cannot access '{path}': No such file or directory", 2)
        for name in found:
            shell.call.print(name)
    return code


def _listed(shell: Shell, path: str) -> list[str]:
    every = list(_made(shell))
    for mount in shell.container.mounts:
        every += [f"{mount.path.rstrip('/')}/{each.path}" if each.path else mount.path for each in mount.files]
        every += [] if mount.files else [f"{mount.path.rstrip('/')}/"]
    if path in every:
        return [path]
    lead = path if path == "/" else f"{path}/"
    names = {place.removeprefix(lead).partition("/")[0] for place in every if place.startswith(lead)}
    return sorted(names - {""})


def _say(text: Callable[[Shell], str]) -> Program:
    def program(shell: Shell) -> int:
        shell.call.print(text(shell))
        return 0

    return program


# Asking DNS, opening connections


def _nslookup(shell: Shell) -> int:
    if len(shell.words) < 2:
        raise Failure("say which name: nslookup NAME")
    name = shell.words[-1]
    found = look_up(shell.call.client.view, name, shell.pod)
    server = resolver_of(shell.call.client.view, shell.pod).server
    if server:
        shell.call.print(f"Server:\t\t{server}\nAddress:\t{server}#53\n")
    if not found.addresses:
        shell.call.print(f"** server can't find {name}: NXDOMAIN\n")
        return 1
    full = next(query.name for query in reversed(found.queries) if query.exists)
    for address in found.addresses:
        shell.call.print(f"Name:\t{full}\nAddress: {address}")
    shell.call.print()
    return 0


def _getent(shell: Shell) -> int:
    if len(shell.words) != 3 or shell.words[1] != "hosts":
        raise Failure("of getent only `getent hosts NAME` is simulated")
    found = look_up(shell.call.client.view, shell.words[2], shell.pod)
    full = next((query.name for query in reversed(found.queries) if query.exists), shell.words[2])
    for address in found.addresses:
        shell.call.print(f"{address:<15} {full}")
    return 0 if found.addresses else 2


def _walk(shell: Shell, target: str) -> Walk:
    client = shell.call.client
    source = f"{shell.pod.metadata.namespace}/pod/{shell.pod.metadata.name}"
    try:
        return client.cluster.walk(source, target)
    except UsageError as error:
        raise Failure(str(error)) from None


def _target(words: Sequence[str], valued: Sequence[str]) -> str:
    """The word of a command that is neither an option nor the value of one."""
    left = list(words)
    while left:
        word = left.pop(0)
        if word in valued and left:
            left.pop(0)
        elif not word.startswith("-"):
            return word
    raise Failure("say where to connect to")


def _url(text: str) -> str:
    return text if "://" in text else f"http://{text if '/' in text else f'{text}/'}"


_CURL_VALUES = ("-m", "--max-time", "--connect-timeout", "-H", "--header", "-o", "-w", "-X", "-d", "--retry")
_CURL = {
    NO_SUCH_NAME: (6, "Could not resolve host: {host}"),
    REFUSED: (7, "Failed to connect to {host} port {port} after 0 ms: Connection refused"),
    NO_ROUTE: (7, "Failed to connect to {host} port {port} after 0 ms: No route to host"),
    UNREACHABLE: (7, "Failed to connect to {host} port {port} after 0 ms: Network is unreachable"),
    TIMED_OUT: (28, "Failed to connect to {host} port {port} after 130000 ms: Connection timed out"),
    CERTIFICATE: (60, "SSL certificate problem: unable to get local issuer certificate"),
}


def _curl(shell: Shell) -> int:
    url = _url(_target(shell.words[1:], _CURL_VALUES))
    walk = _walk(shell, url)
    if walk.ok or walk.verdict in ANSWERS:
        if "-I" in shell.words or "--head" in shell.words:
            shell.call.print(f"HTTP/1.1 {'200 OK' if walk.ok else walk.verdict}")
        else:
            shell.call.print(_answer(walk))
        return 0
    host, port = _place(url)
    code, text = _CURL.get(walk.verdict, (7, f"Failed to connect: {walk.verdict}"))
    return shell.fail(f"curl: ({code}) {text.format(host=host, port=port)}", code)


def _place(url: str) -> tuple[str, str]:
    scheme, _, rest = url.partition("://")
    host, _, port = rest.partition("/")[0].partition(":")
    return host, port or ("443" if scheme == "https" else "80")


def _answer(walk: Walk) -> str:
    """What the body of an answer says: who it was."""
    if not walk.ok:
        return walk.verdict
    last = walk.hops[-1]
    return f"{last.pod.rpartition('/')[2]} answers" if last.pod else "answered"


def _wget(shell: Shell) -> int:
    url = _url(_target(shell.words[1:], ("-O", "-T", "--timeout", "-t")))
    walk = _walk(shell, url)
    host = _place(url)[0]
    if walk.ok:
        shell.call.print(_answer(walk))
        return 0
    if walk.verdict in ANSWERS:
        return shell.fail(f"wget: server returned error: HTTP/1.1 {walk.verdict}", 1)
    if walk.verdict == NO_SUCH_NAME:
        return shell.fail(f"wget: bad address '{host}'", 1)
    if walk.verdict == TIMED_OUT:
        return shell.fail("wget: download timed out", 1)
    packet = walk.packet
    address = packet.destination if packet is not None else host
    return shell.fail(f"wget: can't connect to remote host ({address}): {walk.verdict.capitalize()}", 1)


def _nc(shell: Shell) -> int:
    words = [word for word in shell.words[1:] if not word.startswith("-") and not word.isdecimal()]
    ports = [word for word in shell.words[1:] if word.isdecimal()]
    if not words or not ports:
        raise Failure("say where to connect to: nc -zv HOST PORT")
    walk = _walk(shell, f"tcp://{words[0]}:{ports[-1]}")
    if walk.ok:
        return shell.fail(f"{words[0]} ({ports[-1]}) open", 0)
    return shell.fail(f"nc: {words[0]} ({ports[-1]}): {walk.verdict.capitalize()}", 1)


def _user(shell: Shell) -> str:
    context: Any = shell.pod.spec.security_context
    user = getattr(context, "run_as_user", None)
    return "root" if not user else str(user)


PROGRAMS: dict[str, Program] = {
    "env": _env,
    "printenv": _env,
    "cat": _cat,
    "ls": _ls,
    "hostname": _say(lambda shell: _hostname(shell.pod)),
    "whoami": _say(_user),
    "echo": _say(lambda shell: " ".join(shell.words[1:])),
    "date": _say(lambda shell: text_of(shell.call.client.now // SECOND)),
    "nslookup": _nslookup,
    "getent": _getent,
    "curl": _curl,
    "wget": _wget,
    "nc": _nc,
    "true": lambda shell: 0,
    "false": lambda shell: 1,
}
NAMES = tuple(PROGRAMS)
