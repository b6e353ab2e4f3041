"""`kubelab serve`: a cluster behind the Kubernetes API, for kubectl and every other client."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kubelab.cli import OK, programs, sources
from kubelab.errors import UsageError

if TYPE_CHECKING:
    from kubelab.server.running import Served


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    command.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help=".kube, .yaml or .json files, folders of them, or - for what is piped in; their Nodes are its machines",
    )
    command.add_argument(
        "--nodes",
        type=programs.count,
        metavar="N",
        help="begin with N nodes besides those of the files (if not given: three, where no file is)",
    )
    command.add_argument("--port", type=programs.count, default=6443, metavar="P", help="0 means any that is free")
    command.add_argument("--kubeconfig", metavar="PATH", help="write the kubeconfig here (if not given: it is shown)")
    command.add_argument(
        "--speed",
        type=_speed,
        default=1.0,
        metavar="X",
        help="X seconds go by in the cluster in one of the clock on the wall",
    )
    command.add_argument(
        "--manual", action="store_true", help="the cluster moves only when Enter is pressed, or by POST /kubelab/step"
    )
    command.add_argument(
        "--storage",
        action=argparse.BooleanOptionalAction,
        help="with a storage driver and its default StorageClass (if not given: where there are no files)",
    )
    command.add_argument(
        "--no-tls",
        action="store_true",
        help="serve plain HTTP: whoever reaches the port is the admin then, as behind kubectl proxy",
    )


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a speed: a number greater than 0, such as 1, 60 or 0.5")
    return speed


def carry_out(options: argparse.Namespace) -> int:
    """Serve until interrupted.

    Raises:
        KubelabError: something given cannot be used.
    """
    try:
        from kubelab.server.fresh import fresh
        from kubelab.server.running import Served
    except ModuleNotFoundError as error:
        raise UsageError(f"serving needs {error.name}: pip install 'kubelab[server]'") from error
    read = programs.read_all(sources.read(options.files)) if options.files else ()
    storage = not options.files if options.storage is None else options.storage
    cluster, notes = fresh(read, options.nodes, at_rest=options.manual, storage=storage)
    for program, said in zip(read, notes, strict=True):
        programs.warn(program, said)
    served = Served(cluster, options.port, 0.0 if options.manual else options.speed, not options.no_tls)

    served.host.forgetful = None if options.manual else cluster.forget

    def ready() -> None:
        if options.kubeconfig:
            written = served.write_kubeconfig(options.kubeconfig)
            print(f"serving {served.url}; export KUBECONFIG={written}", file=sys.stderr)
        else:
            path = served.write_kubeconfig(Path.cwd() / "kubelab.kubeconfig")
            print(f"serving {served.url}; export KUBECONFIG={path}", file=sys.stderr)

        if options.manual and sys.stdin.isatty():
            _step_by_enter(served)

    asyncio.run(served.run(ready))
    return OK


def _step_by_enter(served: "Served") -> None:
    """Let the cluster make a step each time a line is entered, and say which; a number makes so many."""

    def entered() -> None:
        line = sys.stdin.readline()
        if not line:
            asyncio.get_running_loop().remove_reader(sys.stdin)
            return
        word = line.strip()
        transition = served.host.step(int(word) if word.isdecimal() and word != "0" else 1)
        said = "nothing more happens" if transition is None else f"step {transition.index}: {transition.message}"
        print(said, file=sys.stderr)

    if sys.platform == "win32":
        print("step by POST /kubelab/step: Enter cannot be read here beside serving", file=sys.stderr)
        return
    asyncio.get_running_loop().add_reader(sys.stdin, entered)
    print("Enter makes a step, a number so many", file=sys.stderr)
