"""Checks of label selectors and of their match with the labels of a template.

In Kubernetes: apimachinery `pkg/apis/meta/v1/validation` (``ValidateLabelSelector``).
"""

from collections.abc import Mapping

from kubelab.api import selector as selectors
from kubelab.api.meta import LabelSelector, LabelSelectorRequirement
from kubelab.api.selector import Selector
from kubelab.api.validation import metadata, names
from kubelab.api.validation.field_error import Errors, forbidden, invalid, messages, required
from kubelab.errors import SelectorError


def label_selector(given: LabelSelector | None, path: str) -> Errors:
    """What is wrong with a label selector; one that is absent is right."""
    if given is None:
        return
    yield from metadata.labels(given.match_labels, f"{path}.matchLabels")
    for index, requirement in enumerate(given.match_expressions):
        yield from _requirement(requirement, f"{path}.matchExpressions[{index}]")


def _requirement(requirement: LabelSelectorRequirement, path: str) -> Errors:
    if requirement.operator in ("In", "NotIn"):
        if not requirement.values:
            yield required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'")
    elif requirement.operator in ("Exists", "DoesNotExist"):
        if requirement.values:
            yield forbidden(f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    else:
        yield invalid(f"{path}.operator", requirement.operator, "not a valid selector operator")
    yield from names.qualified_name_errors(f"{path}.key", requirement.key)
    for index, value in enumerate(requirement.values):
        yield from messages(f"{path}.values[{index}]", value, names.label_value(value))


def is_empty(given: LabelSelector) -> bool:
    """Whether a selector asks for nothing, and so selects everything."""
    return not given.match_labels and not given.match_expressions


def compiled(given: LabelSelector | None) -> Selector | None:
    """The selector ready for matching, or None when it cannot be read."""
    try:
        return selectors.from_label_selector(given)
    except SelectorError:
        return None


def required_selector(given: LabelSelector | None, kind: str, path: str) -> Errors:
    """What is wrong with the selector of a workload, which must be there and must ask for something."""
    if given is None:
        yield required(path)
        return
    yield from label_selector(given, path)
    if is_empty(given):
        yield invalid(path, given, f"empty selector is invalid for {kind}")


def template_matches(given: LabelSelector | None, found: Selector, labels: Mapping[str, str], path: str) -> Errors:
    """A mistake when a workload's selector does not select the Pods of its own template."""
    if given is not None and is_empty(given):
        return
    if not found.matches(labels):
        yield invalid(path, labels, "`selector` does not match template `labels`")
