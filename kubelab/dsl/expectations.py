"""`expect`, `always`, `eventually`, `never`: from the tree to `kubelab.api.expectation`."""

from typing import Any

from kubelab.api.expectation import Comparison, Expectation
from kubelab.api.scheme import find
from kubelab.dsl.draft import Compilation
from kubelab.dsl.fields import path_text
from kubelab.dsl.suggest import did_you_mean, kind_words, nearest
from kubelab.dsl.words import Wrong, duration, shown, span_of, text_of

_SIGNS = {"equals": "=", "differs": "!=", "among": " in ", "not_among": " notin "}

CONDITIONS = (
    *("Pending", "Running", "Succeeded", "Failed", "Unknown", "Active", "Terminating", "Completed", "Error"),
    *("ContainerCreating", "PodInitializing", "CrashLoopBackOff", "ErrImagePull", "ImagePullBackOff", "OOMKilled"),
    *("Scheduled", "PodScheduled", "Initialized", "ContainersReady", "PodReadyToStartContainers", "DisruptionTarget"),
    *("Ready", "NotReady", "MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable", "SchedulingDisabled"),
    *("Available", "Progressing", "ReplicaFailure", "Complete", "Suspended", "Bound", "Lost", "Released", "Evicted"),
)
"""Phases, conditions and statuses that Kubernetes itself uses; a resource of one's own may have others."""


def expectation(out: Compilation, tree: Any) -> None:
    """`expect 3 pods app=web Running`."""
    mode, *rest = tree.children
    relation, count = "", 0
    if hasattr(rest[0], "data"):
        quantity = rest.pop(0)
        relation = quantity.data.replace("_", " ")
        count = int(quantity.children[0].value[:18]) if quantity.children else 0
        if relation == "none":
            relation = "exactly"
    kind_token, *words = rest
    kind = find(text_of(kind_token))
    if kind is None:
        hint = did_you_mean(kind_token.value, kind_words())
        raise Wrong(f"there is no kind {shown(kind_token.value)}", kind_token, hint, "unknown-kind")
    said: dict[str, Any] = {"conditions": (), "refused": (), "comparisons": (), "namespace": out.namespace or None}
    selectors: list[str] = []
    for word in words:
        _word(said, selectors, word)
        if word.data in ("is", "is_not"):
            _doubt(out, word.children[0])
    start, end = tree.meta.start_pos, tree.meta.end_pos
    out.expectations.append(
        Expectation(
            mode=mode.value,
            relation=relation or "all",
            count=count,
            kind=kind.kind,
            selector=",".join(selectors),
            text=" ".join(out.text[start:end].split()),
            span=span_of(tree),
            **said,
        )
    )


def _word(said: dict[str, Any], selectors: list[str], word: Any) -> None:
    what = word.data
    token = word.children[0] if word.children else None
    if what == "is":
        text = text_of(token)
        if text[:1].isupper():
            said["conditions"] += (text,)
        elif "name" in said:
            raise Wrong("an object has only one name", token, "conditions begin with a capital letter", "said-twice")
        else:
            said["name"] = text
    elif what == "is_not":
        said["refused"] += (text_of(token),)
    elif what == "labelled":
        selectors.extend(f"{text_of(pair.children[0])}={text_of(pair.children[1])}" for pair in word.children)
    elif what == "where":
        selectors.extend(requirement_text(item) for item in word.children)
    elif what == "comparison":
        path, sign, value = word.children
        operator = "==" if sign.value == "=" else sign.value
        said["comparisons"] += (Comparison(path_text(path), operator, text_of(value)),)
    elif what == "on_node":
        said["node"] = text_of(token)
    elif what == "in_namespace":
        said["namespace"] = text_of(token)
    else:
        said["within"] = duration(token)


def _doubt(out: Compilation, token: Any) -> None:
    """Warn of a condition that nothing of Kubernetes has, when it looks like one that something has."""
    text = text_of(token)
    if not text[:1].isupper() or text in CONDITIONS or text.removeprefix("Not") in CONDITIONS:
        return
    if nearest(text, CONDITIONS):
        message = f"Kubernetes itself has no phase or condition {shown(text)}"
        out.warn(message, token, did_you_mean(text, CONDITIONS), "unknown-condition")


def requirement_text(item: Any) -> str:
    """One requirement of a selector in kubectl's notation."""
    words = [text_of(token) for token in item.children]
    what = item.data
    if what == "exists":
        return words[0]
    if what == "absent":
        return f"!{words[0]}"
    if what in ("among", "not_among"):
        return f"{words[0]}{_SIGNS[what]}({','.join(words[1:])})"
    return f"{words[0]}{_SIGNS[what]}{words[-1]}"
