"""Which fields a definition requires: those that are always written, but for what is listed here.

Source: the ``+optional`` marks of the API's types, where they differ from what Go writes.
"""

from typing import Any

from kubelab.api.shape import Form, fields

REQUIRED_TOO: dict[str, tuple[str, ...]] = {
    "Binding": ("target",),
    "ClusterRoleBinding": ("roleRef",),
    "ContainerResourceMetricSource": ("target",),
    "ContainerResourceMetricStatus": ("current",),
    "ContainerRestartRule": ("action",),
    "ContainerRestartRuleOnExitCodes": ("operator",),
    "CronJob": ("spec",),
    "CronJobSpec": ("jobTemplate",),
    "CustomResourceDefinition": ("spec",),
    "CustomResourceDefinitionSpec": ("names",),
    "DaemonSetSpec": ("template",),
    "DeploymentSpec": ("template",),
    "Event": ("involvedObject", "metadata"),
    "ExternalMetricSource": ("metric", "target"),
    "ExternalMetricStatus": ("current", "metric"),
    "HTTPIngressPath": ("backend",),
    "HorizontalPodAutoscaler": ("spec",),
    "HorizontalPodAutoscalerSpec": ("scaleTargetRef",),
    "ImageVolumeStatus": ("imageRef",),
    "JobSpec": ("template",),
    "ObjectMetricSource": ("describedObject", "metric", "target"),
    "ObjectMetricStatus": ("current", "describedObject", "metric"),
    "PersistentVolumeClaimTemplate": ("spec",),
    "PodCertificateProjection": ("keyType", "signerName"),
    "PodsMetricSource": ("metric", "target"),
    "PodsMetricStatus": ("current", "metric"),
    "PreferredSchedulingTerm": ("preference",),
    "ResourceMetricSource": ("target",),
    "ResourceMetricStatus": ("current",),
    "RoleBinding": ("roleRef",),
    "StatefulSetSpec": ("template",),
    "WeightedPodAffinityTerm": ("podAffinityTerm",),
}

NOT_REQUIRED: dict[str, tuple[str, ...]] = {
    "AzureFilePersistentVolumeSource": ("secretNamespace",),
    "ClusterRole": ("rules",),
    "ContainerImage": ("names",),
    "ControllerRevision": ("data",),
    "CustomResourceDefinitionStatus": ("conditions", "storedVersions"),
    "EndpointSlice": ("endpoints", "ports"),
    "Event": ("reportingComponent", "reportingInstance"),
    "GRPCAction": ("service",),
    "HorizontalPodAutoscalerStatus": ("currentMetrics",),
    "IngressClassParametersReference": ("scope",),
    "NodeRuntimeHandler": ("name",),
    "PodDisruptionBudgetStatus": ("currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods"),
    "PodFailurePolicyOnPodConditionsPattern": ("status",),
    "PriorityClass": ("value",),
    "ProjectedVolumeSource": ("sources",),
    "ResourceFieldSelector": ("divisor",),
    "Role": ("rules",),
    "RoleRef": ("apiGroup",),
    "ServicePort": ("targetPort",),
    "StatefulSetOrdinals": ("start",),
    "StatefulSetSpec": ("serviceName",),
    "StatefulSetStatus": ("availableReplicas",),
    "TypedLocalObjectReference": ("apiGroup",),
    "TypedObjectReference": ("apiGroup",),
}

TIMES_REQUIRED = frozenset({"Condition"})
"""Structures whose moments are required; those of others are written as null while nobody knows them."""


def required(model: type[Any]) -> list[str]:
    """The names of the fields that a structure must have, in order."""
    name = model.__name__
    spared, wanted = NOT_REQUIRED.get(name, ()), REQUIRED_TOO.get(name, ())
    found = []
    for field in fields(model).values():
        moment = field.shape.form in (Form.TIME, Form.MICRO_TIME) and name not in TIMES_REQUIRED
        if (field.always and field.json not in spared and not moment) or field.json in wanted:
            found.append(field.json)
    return sorted(found)
