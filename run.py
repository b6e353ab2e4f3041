#!/usr/bin/env python3
"""Set kubelab up and open it, or set it up and test it, on a machine that has only Python and pip.

    python3 run.py lab                      open the lessons in JupyterLab
    python3 run.py lab --headless [FILE]    run a program without a browser: its trace, and its picture as SVG
    python3 run.py test [PYTEST ARGUMENTS]  check style, types and layers, and run every test
    python3 run.py site [FOLDER]            build lessons and reference as a site without a server (needs npm)
    python3 run.py links [OWNER/NAME]       make the links for Binder lead to your copy (or to git's remote)

Everything is installed into `.venv` beside this file, in the versions of constraints.txt, and only once:
the next run starts at once, until pyproject.toml or constraints.txt changes. This file itself needs nothing
but the standard library, since it runs before anything is installed; even an old Python can read it, to be
told which one is needed.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)
EXAMPLE = ROOT / "grammar" / "examples" / "hello.kube"

# Each is a check of its own before the tests: its name, and the arguments to Python.
CHECKS = (
    ("ruff check", ("-m", "ruff", "check", ".")),
    ("ruff format", ("-m", "ruff", "format", "--check", ".")),
    ("mypy --strict", ("-m", "mypy")),
    ("layers", ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache")),
)

# A picture may be drawn with other numbers by another release of Graphviz; what the lessons say about it is compared.
NBVAL = ("--nbval-sanitize-with", "tests/notebooks/sanitize.cfg")


BINDER = re.compile(r"(https://mybinder\.org/v2/gh/)[^/\s]+/[^/\s]+/")
"""A link for Binder, as far as it names the repository."""

GITHUB = re.compile(r"github\.com[:/]([\w.-]+)/([\w.-]+?)(?:\.git)?/?(?:\s|$)")
"""A repository on GitHub, as git writes its address."""


class SetupError(Exception):
    """The environment cannot be made; the text says what to do about it."""


def main(arguments: list[str]) -> int:
    """Run one of the commands above; the exit code."""
    if sys.version_info < OLDEST:
        print(
            "kubelab needs Python {}.{} or later; this is {}.{}. Call it with a later one, "
            "such as: python3.12 run.py ...".format(*OLDEST, *sys.version_info[:2]),
            file=sys.stderr,
        )
        return 2
    options, rest = command_line().parse_known_args(arguments)
    try:
        if options.command == "links":
            return links(rest)
        if options.command == "lab":
            set_up(("lab",), fresh=options.fresh)
            return headless(options.headless, rest) if options.headless else lab(rest)
        if options.command == "site":
            set_up(("lab", "site"), fresh=options.fresh)
            return site(Path(rest[0] if rest else "site"))
        set_up(("lab", "test"), fresh=options.fresh)
        return test(rest)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def command_line() -> argparse.ArgumentParser:
    """The commands and their options; what they do not know goes on to JupyterLab, kubelab or pytest."""
    parser = argparse.ArgumentParser(description="Set kubelab up, then open its lessons or run its tests.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="{lab,test,site,links}")
    opener = commands.add_parser("lab", help="open the lessons in JupyterLab")
    opener.add_argument(
        "--headless",
        nargs="?",
        const=str(EXAMPLE),
        metavar="FILE",
        help="without a browser: run FILE (or an example), print its trace, write its picture as SVG",
    )
    tester = commands.add_parser("test", help="run every check and test; further arguments go to pytest")
    builder = commands.add_parser("site", help="build the lessons as a site that needs no server")
    commands.add_parser("links", help="make the links for Binder lead to OWNER/NAME on GitHub, or to git's remote")
    for command in (opener, tester, builder):
        command.add_argument("--fresh", action="store_true", help="make .venv anew first")
    return parser


def set_up(extras: tuple[str, ...], fresh: bool) -> None:
    """Make `.venv` hold kubelab with `extras`, unless it already does."""
    wanted = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for name in ("pyproject.toml", "constraints.txt"):
        wanted.update((ROOT / name).read_bytes())
    stamps = {extra: VENV / f"kubelab-{extra}.stamp" for extra in extras}
    if not fresh and all(stamp.is_file() and stamp.read_text() == wanted.hexdigest() for stamp in stamps.values()):
        return
    started = time.monotonic()
    print(f"Setting up {VENV.name} (once, about a minute) ...", file=sys.stderr, flush=True)
    if fresh or not same_python():
        shutil.rmtree(VENV, ignore_errors=True)
    pip = make_venv()
    install = [*pip, "install", "--quiet", "--disable-pip-version-check", "--constraint", str(ROOT / "constraints.txt")]
    # The build backend comes from the same lock, so nothing is fetched that the lock does not name.
    call([*install, "hatchling", "editables"])
    call([*install, "--no-build-isolation", "--editable", f"{ROOT}[{','.join(extras)}]"])
    for stamp in stamps.values():
        stamp.write_text(wanted.hexdigest())
    print(f"Set up in {time.monotonic() - started:.0f} s.", file=sys.stderr, flush=True)


def same_python() -> bool:
    """Whether `.venv` is there and of the Python that runs this."""
    if not PYTHON.exists():
        return False
    asked = subprocess.run(
        [str(PYTHON), "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True, check=False
    )
    return asked.stdout.split() == [str(part) for part in sys.version_info[:2]]


def make_venv() -> list[str]:
    """Make `.venv` where it is missing; the command that is its pip."""
    if importlib.util.find_spec("ensurepip"):
        if not PYTHON.exists():
            call([sys.executable, "-m", "venv", str(VENV)])
        return [str(PYTHON), "-m", "pip"]
    # Debian and Ubuntu keep ensurepip in a package of its own; the pip that is there can install into .venv too.
    if not importlib.util.find_spec("pip"):
        raise SetupError(
            "This Python has neither pip nor ensurepip. Install one of them "
            "(Debian, Ubuntu: apt-get install python3-venv python3-pip) and call this again."
        )
    if not PYTHON.exists():
        call([sys.executable, "-m", "venv", "--without-pip", str(VENV)])
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def call(command: list[str]) -> None:
    """Run a step of the set-up; its own words are on stderr when it fails."""
    if subprocess.run(command, check=False, cwd=ROOT).returncode:
        raise SetupError(
            "The set-up stopped at: {}\nIts message is above. Call this again when it is mended.".format(
                " ".join(command[command.index("-m") + 1 :])
            )
        )


def lab(arguments: list[str]) -> int:
    """Open the lessons; ends when JupyterLab does."""
    return subprocess.run([str(PYTHON), "-m", "kubelab", "lab", *arguments], check=False).returncode


def headless(program: str, arguments: list[str]) -> int:
    """Run a program, print its trace, and write its last picture beside where this was called."""
    kubelab = [str(PYTHON), "-m", "kubelab"]
    ran = subprocess.run([*kubelab, "run", program, "--trace", "text", *arguments], check=False).returncode
    if ran > 1:
        return ran
    picture = Path.cwd() / (Path(program).stem + ".svg")
    drawn = subprocess.run(
        [*kubelab, "draw", program, "--view", "topology", "-o", str(picture)], check=False
    ).returncode
    if drawn == 0:
        print(f"The picture is {picture.name}.", file=sys.stderr)
    return ran or drawn


def site(target: Path) -> int:
    """Build the lessons as a site without a server, and the reference beside them."""
    for script, folder in (("lite.py", target), ("reference/build.py", target / "reference")):
        done = subprocess.run([str(PYTHON), str(ROOT / "binder" / script), str(folder)], check=False)
        if done.returncode:
            return done.returncode
    return 0


def links(arguments: list[str]) -> int:
    """Make the links for Binder lead to a repository: the one that is named, or the one that this was cloned from."""
    address = GITHUB.search(arguments[0]) if arguments else None
    named = f"{address[1]}/{address[2]}" if address else arguments[0] if arguments else remote()
    if len(arguments) > 1 or not re.fullmatch(r"[\w.-]+/[\w.-]+", named):
        given = (
            f"{' '.join(arguments)!r} is no repository" if arguments else "no remote of this repository is on GitHub"
        )
        print(f"{given}: write python3 run.py links OWNER/NAME, as in https://github.com/OWNER/NAME", file=sys.stderr)
        return 2
    readme = ROOT / "README.md"
    text, changed = BINDER.subn(rf"\g<1>{named}/", readme.read_text(encoding="utf-8"))
    readme.write_text(text, encoding="utf-8")
    print(f"{readme.name}: {changed} links for Binder lead to {named}. Commit and push it.")
    return 0


def remote() -> str:
    """The repository on GitHub that git knows as `origin`, or as its only remote there; "" if there is none."""
    try:
        asked = subprocess.run(["git", "remote", "-v"], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    lines = sorted(asked.stdout.splitlines(), key=lambda line: not line.startswith("origin\t"))
    found = (GITHUB.search(line) for line in lines)
    return next((f"{each[1]}/{each[2]}" for each in found if each), "")


def test(arguments: list[str]) -> int:
    """Run the checks, then all tests and all lessons; with arguments of its own, only pytest with them."""
    workers = str(max(2, min(4, os.cpu_count() or 2)))
    # Lessons share a kernel from cell to cell, so a file stays on one worker.
    pytest = [str(PYTHON), "-m", "pytest", "-n", workers, "--dist", "loadfile", "--nbval", *NBVAL]
    chosen = [argument for argument in arguments if argument != "--no-skips"]
    if chosen:
        return subprocess.run([*pytest, *arguments], check=False, cwd=ROOT).returncode
    failed = [name for name, command in CHECKS if not check(name, command)]
    tested = subprocess.run([*pytest, *arguments, "tests", "notebooks"], check=False, cwd=ROOT).returncode
    if failed:
        print("failed before the tests: " + ", ".join(failed), file=sys.stderr)
    return tested or len(failed)


def check(name: str, command: tuple[str, ...]) -> bool:
    """Run one check; its output is shown only when it fails."""
    started = time.monotonic()
    ran = subprocess.run([str(PYTHON), *command], check=False, cwd=ROOT, capture_output=True, text=True)
    passed = ran.returncode == 0
    print(f"{name}: {'ok' if passed else 'FAILED'} ({time.monotonic() - started:.1f} s)", flush=True)
    if not passed:
        print(ran.stdout + ran.stderr, flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
