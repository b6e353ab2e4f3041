#!/usr/bin/env python3
"""Build the lessons as a site that needs no server: JupyterLite, with Python, kubelab and Graphviz in the page.

    python3 run.py site [FOLDER]

Everything comes from the package registries while the site is built (pip's and npm's, the latter by `npm`); the site
itself fetches nothing from anywhere else. Serve the folder by any web server: `python -m http.server -d FOLDER`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

PYODIDE = "pyodide@314.0.6"
VIZ = "@viz-js/viz@3.31.0"

FROM_PYODIDE = (
    *("attrs", "ipython", "jedi", "jsonpatch", "micropip", "packaging", "six", "traitlets", "typing-extensions"),
    "tzdata",
)
"""Packages whose versions Pyodide has settled, and with each all that it needs."""

ADDED = ("anywidget", "comm", "graphviz", "immutables", "ipywidgets", "lark", "psygnal", "PyYAML", "widgetsnbextension")
"""Packages that kubelab needs besides; those with parts in C have the same in Python, and lose the former."""


class BuildError(Exception):
    """The site cannot be built; the text says what to do about it."""


def main(arguments: list[str]) -> int:
    """Build the site into a folder (`site`, if none is given); the exit code."""
    target = Path(arguments[0] if arguments else "site").resolve()
    try:
        with tempfile.TemporaryDirectory() as folder:
            build(Path(folder), target)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The site is in {target}; look at it with: python3 -m http.server -d {target.name} 8000")
    return 0


def build(work: Path, target: Path) -> None:
    """Gather what the site is made of below `work`, and let JupyterLite put it together in `target`."""
    lite = work / "lite"
    pyodide = lite / "static" / "pyodide"
    unpack(PYODIDE, pyodide, work)
    wheels(pyodide, work)
    contents = lite / "files"
    contents.mkdir()
    for lesson in sorted((ROOT / "notebooks").glob("*.ipynb")):
        shutil.copy2(lesson, contents)
    settings = {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "kubelab",
            "exposeAppInBrowser": True,
            "disabledExtensions": ["@jupyterlab/apputils-extension:announcements"],
            "litePluginSettings": {
                "@jupyterlite/pyodide-kernel-extension:kernel": {
                    "pyodideUrl": "./static/pyodide/pyodide.mjs",
                    "loadPyodideOptions": {"packages": ["kubelab"]},
                    "disablePyPIFallback": True,
                }
            },
        },
    }
    (lite / "jupyter-lite.json").write_text(json.dumps(settings, indent=1))
    if target.exists():
        shutil.rmtree(target)
    options = ["--lite-dir", str(lite), "--contents", str(contents), "--output-dir", str(target)]
    run([sys.executable, "-m", "jupyter", "lite", "build", *options, "--no-sourcemaps"], cwd=lite)


def unpack(package: str, target: Path, work: Path) -> None:
    """Put what an npm package holds into a folder."""
    npm = shutil.which("npm")
    if npm is None:
        raise BuildError("The site needs npm to fetch Pyodide and viz.js (Debian: apt-get install npm).")
    packed = work / "npm" / package.replace("/", "-")
    packed.mkdir(parents=True)
    run([npm, "pack", "--silent", package], cwd=packed)
    (archive,) = packed.glob("*.tgz")
    with tarfile.open(archive) as opened:
        opened.extractall(packed, filter="data")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(packed / "package", target)


def wheels(pyodide: Path, work: Path) -> None:
    """Put every package beside Pyodide, and name it in Pyodide's lock, which loads kubelab with all that it needs."""
    lock = json.loads((pyodide / "pyodide-lock.json").read_text())
    packages = lock["packages"]
    wanted = closure(packages, FROM_PYODIDE)
    download = work / "wheels"
    fetch([f"{packages[name]['name']}=={packages[name]['version']}" for name in wanted], download, any_python=True)
    fetch(list(ADDED), download / "added", locked=True)
    run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            str(download / "added"),
            str(ROOT),
        ]
    )
    viz_wheel(work, download / "added")
    kept = {name: packages[name] for name in wanted}
    for entry in kept.values():
        (found,) = (path for path in download.glob("*.whl") if path.name.lower() == entry["file_name"].lower())
        place(found, pyodide / entry["file_name"], entry)
    added = [pure(path, work) for path in sorted((download / "added").glob("*.whl"))]
    names = [path.name.split("-")[0].lower().replace("_", "-") for path in added]
    for name, path in zip(names, added, strict=True):
        entry = described(path, name)
        if name == "kubelab":
            entry["depends"] = [*wanted, *(other for other in names if other != "kubelab")]
        kept[name] = entry
        place(path, pyodide / path.name, entry)
    lock["packages"] = kept
    (pyodide / "pyodide-lock.json").write_text(json.dumps(lock))


def closure(packages: dict[str, Any], roots: tuple[str, ...]) -> list[str]:
    """The names of packages and of all that they depend on."""
    found: list[str] = []
    left = list(roots)
    while left:
        name = left.pop()
        if name not in found:
            found.append(name)
            left += [other.lower().replace("_", "-") for other in packages[name].get("depends", ())]
    return sorted(found)


def fetch(requirements: list[str], target: Path, *, any_python: bool = False, locked: bool = False) -> None:
    """Download wheels; those of pure Python whatever Python runs this."""
    target.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
        "-d",
        str(target),
    ]
    if any_python:
        command += ["--python-version", "3.14", "--platform", "any", "--implementation", "py", "--abi", "none"]
    if locked:
        command += ["--constraint", str(ROOT / "constraints.txt")]
    run([*command, *requirements])


def pure(wheel: Path, work: Path) -> Path:
    """The wheel without its parts in C: these packages have the same in Python, and use it then."""
    name, version = wheel.name.split("-")[:2]
    if wheel.name.endswith("-none-any.whl"):
        return wheel
    result = work / "pure" / f"{name}-{version}-py3-none-any.whl"
    result.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(wheel) as given, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as made:
        for info in given.infolist():
            if info.filename.endswith((".so", ".pyd", "RECORD")):
                continue
            data = given.read(info)
            if info.filename.endswith(".dist-info/WHEEL"):
                lines = [
                    line for line in data.decode().splitlines() if not line.startswith(("Tag:", "Root-Is-Purelib:"))
                ]
                data = "\n".join([*lines, "Root-Is-Purelib: true", "Tag: py3-none-any", ""]).encode()
            made.writestr(info.filename, data)
        made.writestr(f"{name}-{version}.dist-info/RECORD", "")
    return result


def viz_wheel(work: Path, target: Path) -> None:
    """Make a package that holds the script of viz.js, as `kubelab.render.browser` looks for it."""
    unpack(VIZ, work / "viz", work)
    version = VIZ.rpartition("@")[2]
    info = f"kubelab_viz-{version}.dist-info"
    wheel = target / f"kubelab_viz-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("kubelab_viz/__init__.py", '"""Graphviz for pages: the script of viz.js."""\n')
        made.write(work / "viz" / "dist" / "viz-global.js", "kubelab_viz/viz-global.js")
        made.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: kubelab-viz\nVersion: {version}\n")
        made.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: kubelab\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        made.writestr(f"{info}/RECORD", "")


def described(wheel: Path, name: str) -> dict[str, Any]:
    """What Pyodide's lock says of a package."""
    with zipfile.ZipFile(wheel) as opened:
        tops = {path.split("/")[0] for path in opened.namelist() if path.endswith(".py")}
    return {
        "name": name,
        "version": wheel.name.split("-")[1],
        "install_dir": "site",
        "package_type": "package",
        "imports": sorted(top.removesuffix(".py") for top in tops if "." not in top.removesuffix(".py")),
        "depends": [],
        "unvendored_tests": False,
    }


def place(wheel: Path, target: Path, entry: dict[str, Any]) -> None:
    """Put a wheel beside Pyodide, and its name and sum into its entry of the lock."""
    shutil.copyfile(wheel, target)
    entry["file_name"] = target.name
    entry["sha256"] = hashlib.sha256(target.read_bytes()).hexdigest()


def run(command: list[str], cwd: Path | None = None) -> None:
    """Run a step; its words are shown when it fails."""
    done = subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise BuildError(f"The build stopped at: {' '.join(command)}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
