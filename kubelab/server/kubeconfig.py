"""The file by which kubectl and every other client finds the server and shows who it is.

Source: client-go `tools/clientcmd/api/v1`.
"""

from pathlib import Path
from typing import Any

import yaml

NAME = "kubelab"


def document(url: str, token: str, authority: str = "") -> dict[str, Any]:
    """A kubeconfig.

    Args:
        url: where the server is.
        token: the admin's token.
        authority: the certificate of who signed the server's, as PEM; "" where it is served without TLS.
    """
    import base64

    cluster: dict[str, Any] = {"server": url}
    if authority:
        cluster["certificate-authority-data"] = base64.b64encode(authority.encode()).decode()
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": NAME, "cluster": cluster}],
        "contexts": [{"name": NAME, "context": {"cluster": NAME, "user": "kubernetes-admin"}}],
        "current-context": NAME,
        "preferences": {},
        "users": [{"name": "kubernetes-admin", "user": {"token": token}}],
    }


def write(path: Path, content: dict[str, Any]) -> None:
    """Write a kubeconfig, whole or not at all, so that only its owner can read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.new")
    partial.touch(mode=0o600)
    partial.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    partial.replace(path)
