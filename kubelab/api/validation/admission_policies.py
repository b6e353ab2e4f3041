"""Checks of admission policies and of where they hold.

In Kubernetes: `pkg/apis/admissionregistration/validation/validation.go`.

**Simplified:** expressions in CEL are not read, only that there are some.
"""

from kubelab.api.admissionregistration.matching import REINVOCATION_POLICIES
from kubelab.api.admissionregistration.policies import (
    ACTIONS,
    MutatingAdmissionPolicy,
    MutatingAdmissionPolicyBinding,
    Mutation,
    ParamKind,
    ParamRef,
    ValidatingAdmissionPolicy,
    ValidatingAdmissionPolicyBinding,
    Validation,
    Variable,
)
from kubelab.api.validation import metadata, names, selectors
from kubelab.api.validation.admission_matching import failure_policy, match_conditions, match_resources
from kubelab.api.validation.field_error import (
    Errors,
    duplicate,
    forbidden,
    invalid,
    messages,
    not_supported,
    required,
)

Binding = ValidatingAdmissionPolicyBinding | MutatingAdmissionPolicyBinding

_REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge")
_MUTATING = ("*", "CONNECT", "CREATE", "UPDATE")


def validating_policy(given: ValidatingAdmissionPolicy) -> Errors:
    """What is wrong with a new ValidatingAdmissionPolicy."""
    yield from metadata.object_meta(given.metadata, namespaced=False)
    spec = given.spec
    yield from _frame(given)
    yield from _variables(spec.variables)
    if not spec.validations and not spec.audit_annotations:
        text = "validations or auditAnnotations must contain at least one item"
        yield required("spec.validations", text)
        yield required("spec.auditAnnotations", text)
    for index, each in enumerate(spec.validations):
        yield from _validation(each, f"spec.validations[{index}]")
    seen = set()
    for index, note in enumerate(spec.audit_annotations):
        path = f"spec.auditAnnotations[{index}]"
        yield from names.qualified_name_errors(f"{path}.key", f"{given.metadata.name}/{note.key}")
        if not note.value_expression.strip():
            yield required(f"{path}.valueExpression", "valueExpression is not specified")
        if note.key in seen:
            yield duplicate(f"{path}.key", note.key)
        seen.add(note.key)


def validating_policy_update(new: ValidatingAdmissionPolicy, old: ValidatingAdmissionPolicy) -> Errors:
    """What is wrong with a changed ValidatingAdmissionPolicy."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from validating_policy(new)


def mutating_policy(given: MutatingAdmissionPolicy) -> Errors:
    """What is wrong with a new MutatingAdmissionPolicy."""
    yield from metadata.object_meta(given.metadata, namespaced=False)
    spec = given.spec
    yield from _frame(given)
    yield from _variables(spec.variables)
    if not spec.mutations:
        yield required("spec.mutations", "mutations must contain at least one item")
    for index, mutation in enumerate(spec.mutations):
        yield from _mutation(mutation, f"spec.mutations[{index}]")
    if not spec.reinvocation_policy:
        yield required("spec.reinvocationPolicy")
    elif spec.reinvocation_policy not in REINVOCATION_POLICIES:
        yield not_supported("spec.reinvocationPolicy", spec.reinvocation_policy, REINVOCATION_POLICIES)


def mutating_policy_update(new: MutatingAdmissionPolicy, old: MutatingAdmissionPolicy) -> Errors:
    """What is wrong with a changed MutatingAdmissionPolicy."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from mutating_policy(new)


def _frame(given: ValidatingAdmissionPolicy | MutatingAdmissionPolicy) -> Errors:
    """What is wrong with what both kinds of policy have."""
    spec = given.spec
    yield from failure_policy(spec.failure_policy, "spec.failurePolicy")
    if spec.param_kind is not None:
        yield from _param_kind(spec.param_kind, "spec.paramKind")
    if spec.match_constraints is None:
        yield required("spec.matchConstraints")
    else:
        yield from match_resources(spec.match_constraints, "spec.matchConstraints")
        if not spec.match_constraints.resource_rules:
            yield required("spec.matchConstraints.resourceRules")
        if isinstance(given, MutatingAdmissionPolicy):
            for rule in spec.match_constraints.resource_rules:
                yield from _mutating(rule.operations, "spec.matchConstraints.resourceRules.operations")
    yield from match_conditions(spec.match_conditions, "spec.matchConditions")


def _mutating(operations: tuple[str, ...], path: str) -> Errors:
    for operation in operations:
        if operation not in _MUTATING:
            yield not_supported(path, operation, _MUTATING)


def _param_kind(given: ParamKind, path: str) -> Errors:
    group, slash, version = given.api_version.rpartition("/")
    here = f"{path}.apiVersion"
    if not given.api_version:
        yield required(here)
    elif "/" in group:
        text = f"unexpected GroupVersion string: {given.api_version}"
        yield invalid(here, given.api_version, text)
    else:
        if group and (texts := list(names.dns_subdomain(group))):
            yield invalid(here, group, ",".join(texts))
        if slash and not version:
            yield invalid(here, given.api_version, "version must be specified")
        elif texts := list(names.dns_1035_label(version)):
            yield invalid(here, version, ",".join(texts))
    if not given.kind:
        yield required(f"{path}.kind")
    elif texts := list(names.dns_1035_label(given.kind.lower())):
        text = f"may have mixed case, but should otherwise match: {','.join(texts)}"
        yield invalid(f"{path}.kind", given.kind, text)


def _variables(given: tuple[Variable, ...]) -> Errors:
    for index, variable in enumerate(given):
        path = f"spec.variables[{index}]"
        if not variable.name.strip():
            yield required(f"{path}.name", "name is not specified")
        elif not variable.name.isascii() or not variable.name.isidentifier():
            yield invalid(f"{path}.name", variable.name, "must be a valid CEL identifier")
        if not variable.expression.strip():
            yield required(f"{path}.expression", "expression is not specified")


def _validation(given: Validation, path: str) -> Errors:
    if not given.expression.strip():
        yield required(f"{path}.expression", "expression is not specified")
    if given.message_expression and not given.message_expression.strip():
        yield invalid(f"{path}.messageExpression", given.message_expression, "must be non-empty if specified")
    said = given.message.strip()
    if given.message and not said:
        yield invalid(f"{path}.message", given.message, "must be non-empty if specified")
    elif "\n" in said or "\r" in said:
        yield invalid(f"{path}.message", given.message, "must not contain line breaks")
    if given.reason is not None and given.reason not in _REASONS:
        yield not_supported(f"{path}.reason", given.reason, _REASONS)


def _mutation(given: Mutation, path: str) -> Errors:
    said = {"applyConfiguration": given.apply_configuration, "jsonPatch": given.json_patch}
    meant = {"ApplyConfiguration": "applyConfiguration", "JSONPatch": "jsonPatch"}.get(given.patch_type)
    if not given.patch_type:
        yield required(f"{path}.patchType")
        return
    if meant is None:
        yield not_supported(f"{path}.patchType", given.patch_type, ("ApplyConfiguration", "JSONPatch"))
        return
    chosen = said[meant]
    if chosen is None:
        yield required(f"{path}.{meant}", f"must be specified when patchType is {given.patch_type}")
    elif not chosen.expression.strip():
        yield required(f"{path}.{meant}.expression", "expression is not specified")
    for field, value in said.items():
        if field != meant and value is not None:
            text = f"must not be specified when patchType is {given.patch_type}"
            yield invalid(f"{path}.{field}", f"{{{field}}}", text)


def binding(given: Binding) -> Errors:
    """What is wrong with a new binding of a policy."""
    yield from metadata.object_meta(given.metadata, namespaced=False)
    spec = given.spec
    if not spec.policy_name:
        yield required("spec.policyName")
    else:
        yield from names.subdomain_errors("spec.policyName", spec.policy_name)
    if spec.param_ref is not None:
        yield from _param_ref(spec.param_ref, "spec.paramRef")
    yield from match_resources(spec.match_resources, "spec.matchResources")
    if isinstance(given, ValidatingAdmissionPolicyBinding):
        yield from _actions(given.spec.validation_actions, "spec.validationActions")
    elif spec.match_resources is not None:
        for rule in spec.match_resources.resource_rules:
            yield from _mutating(rule.operations, "spec.matchResources.resourceRules.operations")


def binding_update(new: Binding, old: Binding) -> Errors:
    """What is wrong with a changed binding of a policy."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from binding(new)


def _param_ref(given: ParamRef, path: str) -> Errors:
    both = "name and selector are mutually exclusive"
    if given.name:
        yield from messages(f"{path}.name", given.name, names.path_segment(given.name))
        if given.selector is not None:
            yield forbidden(f"{path}.name", both)
    if given.selector is not None:
        yield from selectors.label_selector(given.selector, f"{path}.selector")
        if given.name:
            yield forbidden(f"{path}.selector", both)
    if not given.name and given.selector is None:
        yield required(path, "one of name or selector must be specified")
    action = given.parameter_not_found_action
    if not action:
        yield required(f"{path}.parameterNotFoundAction")
    elif action not in ("Deny", "Allow"):
        yield not_supported(f"{path}.parameterNotFoundAction", action, ("Deny", "Allow"))


def _actions(given: tuple[str, ...], path: str) -> Errors:
    for index, action in enumerate(given):
        if action not in ACTIONS:
            yield not_supported(f"{path}[{index}]", action, ACTIONS)
        if action in given[:index]:
            yield duplicate(f"{path}[{index}]", action)
    if {"Deny", "Warn"} <= set(given):
        text = (
            "must not contain both Deny and Warn (repeating the same validation failure information in the API "
            "response and headers serves no purpose)"
        )
        yield invalid(path, given, text)
    if not given:
        yield required(path, "at least one validation action is required")
