"""Policies: rules in CEL that the API server itself works out before it stores something.

Source: `k8s.io/api/admissionregistration/v1`.
"""

from typing import ClassVar

from kubelab.api.admissionregistration.matching import (
    FAILURE_POLICIES,
    REINVOCATION_POLICIES,
    MatchCondition,
    MatchResources,
)
from kubelab.api.meta import Condition, LabelSelector, ObjectMeta
from kubelab.api.model import field, model

REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized")
ACTIONS = ("Audit", "Deny", "Warn")


@model
class ParamKind:
    """The kind of the objects that hold the settings of a policy.

    Attributes:
        api_version: its group and version.
        kind: its name.
    """

    api_version: str = ""
    kind: str = ""


@model
class Validation:
    """Something that must be true of what is to be stored.

    Attributes:
        expression: what, in CEL.
        message: what is said where it is not.
        reason: the word for that, for programs.
        message_expression: what is said, worked out in CEL; it wins over `message`.
    """

    expression: str = field(default="", always=True)
    message: str = ""
    reason: str | None = field(default=None, go="v1.StatusReason", values=REASONS)
    message_expression: str = ""


@model
class Variable:
    """A part of an expression that has got a name.

    Attributes:
        name: by which others use it, as ``variables.NAME``.
        expression: what it is, in CEL.
    """

    name: str = field(default="", always=True)
    expression: str = field(default="", always=True)


@model
class AuditAnnotation:
    """A note in the audit log.

    Attributes:
        key: its name.
        value_expression: what is noted, in CEL.
    """

    key: str = field(default="", always=True)
    value_expression: str = field(default="", always=True)


@model
class ExpressionWarning:
    """An expression that does not fit the kinds that it is about.

    Attributes:
        field_ref: where it stands.
        warning: what does not fit.
    """

    field_ref: str = field(default="", always=True)
    warning: str = field(default="", always=True)


@model
class TypeChecking:
    """What was found when the expressions were held against the kinds that they are about.

    Attributes:
        expression_warnings: each expression that does not fit.
    """

    expression_warnings: tuple[ExpressionWarning, ...] = ()


@model
class ValidatingAdmissionPolicySpec:
    """What must be true, and of what.

    Attributes:
        param_kind: the kind of the objects that hold its settings.
        match_constraints: which requests it is about.
        validations: what must be true.
        failure_policy: whether a request is refused when an expression cannot be worked out.
        audit_annotations: what is noted in the audit log.
        match_conditions: further conditions, in CEL.
        variables: parts of expressions that have got names.
    """

    param_kind: ParamKind | None = None
    match_constraints: MatchResources | None = None
    validations: tuple[Validation, ...] = ()
    failure_policy: str | None = field(default=None, go="v1.FailurePolicyType", values=FAILURE_POLICIES)
    audit_annotations: tuple[AuditAnnotation, ...] = ()
    match_conditions: tuple[MatchCondition, ...] = field(default=(), merge_key="name")
    variables: tuple[Variable, ...] = field(default=(), merge_key="name")


@model
class ValidatingAdmissionPolicyStatus:
    """What was found about a policy.

    Attributes:
        observed_generation: the generation of it that was looked at.
        type_checking: which expressions do not fit.
        conditions: what is or is not the case.
    """

    observed_generation: int = field(default=0, go="int64")
    type_checking: TypeChecking | None = None
    conditions: tuple[Condition, ...] = ()


@model
class ValidatingAdmissionPolicy:
    """Rules in CEL for what is to be stored; a binding says where they hold.

    Attributes:
        metadata: its identity.
        spec: the rules.
        status: what was found about them.
    """

    api_version: ClassVar[str] = "admissionregistration.k8s.io/v1"
    kind: ClassVar[str] = "ValidatingAdmissionPolicy"

    metadata: ObjectMeta = ObjectMeta()
    spec: ValidatingAdmissionPolicySpec = ValidatingAdmissionPolicySpec()
    status: ValidatingAdmissionPolicyStatus = ValidatingAdmissionPolicyStatus()


@model
class ParamRef:
    """The objects that hold the settings of a policy.

    Attributes:
        name: of one object.
        namespace: where it is; "" means where the object is that is to be stored.
        selector: several objects, by their labels.
        parameter_not_found_action: whether a request is refused when there is none.
    """

    name: str = ""
    namespace: str = ""
    selector: LabelSelector | None = None
    parameter_not_found_action: str | None = field(
        default=None, go="v1.ParameterNotFoundActionType", values=("Allow", "Deny")
    )


@model
class ValidatingAdmissionPolicyBindingSpec:
    """Where a policy holds, and what follows from it.

    Attributes:
        policy_name: the ValidatingAdmissionPolicy.
        param_ref: its settings.
        match_resources: only these of the requests that it is about.
        validation_actions: what becomes of a request that breaks it.
    """

    policy_name: str = ""
    param_ref: ParamRef | None = None
    match_resources: MatchResources | None = None
    validation_actions: tuple[str, ...] = field(default=(), go="[]v1.ValidationAction", values=ACTIONS, merge_set=True)


@model
class ValidatingAdmissionPolicyBinding:
    """Where a ValidatingAdmissionPolicy holds.

    Attributes:
        metadata: its identity.
        spec: which policy, and where.
    """

    api_version: ClassVar[str] = "admissionregistration.k8s.io/v1"
    kind: ClassVar[str] = "ValidatingAdmissionPolicyBinding"

    metadata: ObjectMeta = ObjectMeta()
    spec: ValidatingAdmissionPolicyBindingSpec = ValidatingAdmissionPolicyBindingSpec()


@model
class ApplyConfiguration:
    """A change, said as the fields that the object is to have.

    Attributes:
        expression: those fields, in CEL.
    """

    expression: str = ""


@model
class JSONPatch:
    """A change, said as a list of JSON patch operations.

    Attributes:
        expression: the list, in CEL.
    """

    expression: str = ""


@model
class Mutation:
    """One change to what is to be stored.

    Attributes:
        patch_type: which of the others is meant.
        apply_configuration: the fields that the object is to have.
        json_patch: operations of a JSON patch.
    """

    patch_type: str = field(default="", always=True, go="v1.PatchType", values=("ApplyConfiguration", "JSONPatch"))
    apply_configuration: ApplyConfiguration | None = None
    json_patch: JSONPatch | None = None


@model
class MutatingAdmissionPolicySpec:
    """What is changed, and in what.

    Attributes:
        param_kind: the kind of the objects that hold its settings.
        match_constraints: which requests it is about.
        variables: parts of expressions that have got names.
        mutations: the changes, in this order.
        failure_policy: whether a request is refused when an expression cannot be worked out.
        match_conditions: further conditions, in CEL.
        reinvocation_policy: whether it is carried out again when others have changed the object after it.
    """

    param_kind: ParamKind | None = None
    match_constraints: MatchResources | None = None
    variables: tuple[Variable, ...] = ()
    mutations: tuple[Mutation, ...] = ()
    failure_policy: str | None = field(default=None, go="v1.FailurePolicyType", values=FAILURE_POLICIES)
    match_conditions: tuple[MatchCondition, ...] = field(default=(), merge_key="name")
    reinvocation_policy: str = field(default="", go="v1.ReinvocationPolicyType", values=REINVOCATION_POLICIES)


@model
class MutatingAdmissionPolicy:
    """Changes in CEL to what is to be stored; a binding says where they are made.

    Attributes:
        metadata: its identity.
        spec: the changes.
    """

    api_version: ClassVar[str] = "admissionregistration.k8s.io/v1"
    kind: ClassVar[str] = "MutatingAdmissionPolicy"

    metadata: ObjectMeta = ObjectMeta()
    spec: MutatingAdmissionPolicySpec = MutatingAdmissionPolicySpec()


@model
class MutatingAdmissionPolicyBindingSpec:
    """Where the changes of a policy are made.

    Attributes:
        policy_name: the MutatingAdmissionPolicy.
        param_ref: its settings.
        match_resources: only these of the requests that it is about.
    """

    policy_name: str = ""
    param_ref: ParamRef | None = None
    match_resources: MatchResources | None = None


@model
class MutatingAdmissionPolicyBinding:
    """Where the changes of a MutatingAdmissionPolicy are made.

    Attributes:
        metadata: its identity.
        spec: which policy, and where.
    """

    api_version: ClassVar[str] = "admissionregistration.k8s.io/v1"
    kind: ClassVar[str] = "MutatingAdmissionPolicyBinding"

    metadata: ObjectMeta = ObjectMeta()
    spec: MutatingAdmissionPolicyBindingSpec = MutatingAdmissionPolicyBindingSpec()
