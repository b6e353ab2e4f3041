"""``kubectl config``: one cluster, one user, one context; only its Namespace can be changed.

Source: kubectl `pkg/cmd/config`; client-go `tools/clientcmd`.
"""

from typing import Any

from kubelab.api.text import json_of
from kubelab.api.yaml_writer import yaml_of
from kubelab.kubectl import contexts
from kubelab.kubectl.answer import Failure, usage_failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.discovery import ADDRESS
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.verbs import verb
from kubelab.views.tables import rows_text

CLUSTER, USER = "kubelab", "kubernetes-admin"


@verb(
    "config view",
    "[--minify] [-o yaml|json]",
    "show the kubeconfig",
    Flag("minify", "only the present context; here there is no other"),
    Flag("raw", "also what is secret; there is nothing secret here"),
    Flag("flatten", "without effect here"),
    Flag("output", "yaml, json or jsonpath=...", "FORM", "o"),
    Flag("template", "the template of -o", "TEXT"),
    Flag("show-managed-fields", "without effect here"),
)
def view(call: Call) -> None:
    """Carry out ``kubectl config view``."""
    from kubelab.kubectl import printing

    context = contexts.of(call.client.cluster)
    inner: dict[str, Any] = {"cluster": CLUSTER, "user": USER}
    if context.namespace != "default":
        inner["namespace"] = context.namespace
    shown: dict[str, Any] = {
        "apiVersion": "v1",
        "clusters": [{"cluster": {"certificate-authority-data": "DATA+OMITTED", "server": ADDRESS}, "name": CLUSTER}],
        "contexts": [{"context": inner, "name": context.name}],
        "current-context": context.name,
        "kind": "Config",
        "preferences": {},
        "users": [
            {
                "name": USER,
                "user": {"client-certificate-data": "DATA+OMITTED", "client-key-data": "DATA+OMITTED"},
            }
        ],
    }
    form, argument = printing.form_of(call)
    if form in ("", "yaml"):
        call.write(yaml_of(shown))
    elif form == "json":
        call.write(json_of(shown))
    else:
        call.write(printing.writer_of(call, form, argument)(shown))


@verb("config current-context", "", "say which context is the present one")
def current_context(call: Call) -> None:
    """Carry out ``kubectl config current-context``."""
    call.print(contexts.of(call.client.cluster).name)


@verb(
    "config get-contexts",
    "[NAME]",
    "list the contexts",
    Flag("no-headers", "leave out the headings"),
    Flag("output", "name", "FORM", "o"),
)
def get_contexts(call: Call) -> None:
    """Carry out ``kubectl config get-contexts``."""
    context = contexts.of(call.client.cluster)
    if call.words and call.words[0] != context.name:
        raise Failure(f"context {call.words[0]} not found")
    if call.said["output"] == "name":
        call.print(context.name)
        return
    rows = [] if call.said["no-headers"] else [("CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE")]
    rows.append(("*", context.name, CLUSTER, USER, context.namespace if context.namespace != "default" else ""))
    call.print(rows_text(rows))


@verb("config use-context", "NAME", "make a context the present one", aliases=("config use",))
def use_context(call: Call) -> None:
    """Carry out ``kubectl config use-context``; %kube cluster goes to another cluster."""
    if len(call.words) != 1:
        raise usage_failure(f"Unexpected args: [{' '.join(call.words)}]", "config use-context")
    if call.words[0] != contexts.of(call.client.cluster).name:
        raise Failure(f'no context exists with the name: "{call.words[0]}"')
    call.print(f'Switched to context "{call.words[0]}".')


@verb(
    "config set-context",
    "(NAME | --current) --namespace=NAMESPACE",
    "change the Namespace that is meant where none is named",
    Flag("current", "change the present context"),
    Flag("cluster", "without effect here", "NAME"),
    Flag("user", "without effect here", "NAME"),
)
def set_context(call: Call) -> None:
    """Carry out ``kubectl config set-context``."""
    context = contexts.of(call.client.cluster)
    if not call.said["current"] and call.words[:1] != [context.name]:
        name = call.words[0] if call.words else ""
        raise Failure(
            f"there is only the context {context.name} here, no {name!r}"
            if name
            else "you must specify a non-empty context name or --current"
        )
    if "namespace" in call.said:
        context.namespace = call.said["namespace"]
    call.print(f'Context "{context.name}" modified.')


@verb("config get-clusters", "", "list the clusters of the kubeconfig")
def get_clusters(call: Call) -> None:
    """Carry out ``kubectl config get-clusters``."""
    call.print(f"NAME\n{CLUSTER}")


@verb("config get-users", "", "list the users of the kubeconfig")
def get_users(call: Call) -> None:
    """Carry out ``kubectl config get-users``."""
    call.print(f"NAME\n{USER}")
