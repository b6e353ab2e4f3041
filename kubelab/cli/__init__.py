"""The command line: `kubelab run | compile | import | fmt | draw | trace | kubectl | lab | lesson`.

Each command is a module here with `add(commands)`, which says its arguments, and a function that carries it out and
returns the exit code:

    0    done; what the program expects was met
    1    an expectation failed, a condition was not reached (or no end, within the limit), a packet did not come
         back, or `fmt --check` found something to change
    2    the command, a file or a program in it cannot be used as given; nothing was changed
    130  interrupted (Ctrl-C)

Answers go to stdout; everything else (mistakes, warnings, progress, summaries) to stderr, so that an answer can be
piped on.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

import kubelab
from kubelab.errors import KubelabError, LimitError

OK = 0
FAILED = 1
UNUSABLE = 2
INTERRUPTED = 130

COMMANDS = {
    "run": ("running", "run programs in a cluster and say what happened"),
    "compile": ("compiling", "a program as the manifests it means"),
    "import": ("importing", "manifests as a program"),
    "fmt": ("formatting", "programs in the one layout"),
    "draw": ("drawing", "a picture of a run"),
    "trace": ("tracing", "the way of a packet, there and back"),
    "kubectl": ("kubectl", "a command of kubectl on the cluster of a program"),
    "serve": ("serving", "a cluster behind the Kubernetes API, for kubectl and every other client"),
    "lab": ("lessons", "open the lessons in JupyterLab"),
    "lesson": ("teaching", "write, check and save lessons"),
}
"""Each command's module and what it does, in the order of the help."""

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command line (default: the process's own); the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given[:1] == ["kubectl"] and given[1:] not in (["--help"], ["-h"]):
            # Nearly all of its words are kubectl's, which argparse would take for its own.
            from kubelab.cli import kubectl

            return kubectl.main(given[1:])
        top = parser(given)
        options, rest = top.parse_known_args(given)
        if rest and not options.passes_on:
            top.error(f"unrecognized arguments: {' '.join(rest)}")
        options.rest = rest
        command: Command = options.carry_out
        return command(options)
    except LimitError as error:
        print(error, file=sys.stderr)
        return FAILED
    except KubelabError as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (`| head`) has seen enough; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def parser(given: Sequence[str] = ()) -> argparse.ArgumentParser:
    """All commands; only the one that `given` names has its module loaded, so that the others cost no time."""
    top = argparse.ArgumentParser(
        prog="kubelab",
        description="A Kubernetes cluster you can step through.",
        epilog="Exit codes: 0 done, 1 an expectation failed, 2 something given cannot be used, 130 interrupted.",
    )
    top.add_argument("--version", action="version", version=f"kubelab {kubelab.__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True, title="commands")
    named = next((word for word in given if not word.startswith("-")), None)
    for name, (module, purpose) in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}.")
        if name == named:
            loaded = import_module(f"kubelab.cli.{module}")
            command.set_defaults(passes_on=False)
            loaded.add_arguments(command)
            command.set_defaults(carry_out=loaded.carry_out)
    return top
