"""`kubelab lab`: the lessons in JupyterLab."""

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from kubelab.errors import UsageError

SETTINGS = Path(__file__).resolve().parent / "jupyter"
"""Settings of JupyterLab; a question about its news is not what a lesson should open with."""

LESSONS = Path(__file__).resolve().parents[2] / "notebooks"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's arguments: whatever it does not know itself is for JupyterLab."""
    command.epilog = "Further arguments, such as --no-browser, go to JupyterLab."
    command.set_defaults(passes_on=True)


def carry_out(options: argparse.Namespace) -> int:
    """Open JupyterLab on the lessons (where the package is installed without them: on this folder); its exit code.

    Raises:
        UsageError: JupyterLab is not installed.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise UsageError("JupyterLab is not installed; install it with: pip install 'kubelab[lab]'")
    folder = LESSONS if LESSONS.is_dir() else Path.cwd()
    arguments = list(options.rest)
    # In a container one often is root, and Jupyter would refuse; it listens on this machine only, behind a token.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")
    paths = os.pathsep.join(filter(None, (os.environ.get("JUPYTER_CONFIG_PATH"), str(SETTINGS))))
    environment = {**os.environ, "JUPYTER_CONFIG_PATH": paths}
    command = [sys.executable, "-m", "jupyterlab", str(folder), *arguments]
    return subprocess.run(command, check=False, env=environment).returncode
