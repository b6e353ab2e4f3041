"""A number that may also be said as a percentage, such as ``maxUnavailable: 25%``.

Source: apimachinery `pkg/util/intstr` (GetScaledValueFromIntOrPercent).
"""

from kubelab.api.scalars import IntOrString


def scaled_value(value: IntOrString | None, total: int, *, round_up: bool) -> int:
    """A number as it is, or a percentage of `total`; nothing counts as 0."""
    if value is None:
        return 0
    if isinstance(value, int):
        return value
    share = int(value.removesuffix("%")) * total
    return -(-share // 100) if round_up else share // 100
