"""How those who act are called where there is little room."""

import pytest

from kubelab.components import CONTROL_PLANE
from kubelab.views import actors
from kubelab.views.control_plane_layout import BOX_W
from kubelab.views.measure import width


@pytest.mark.parametrize(
    ("actor", "shown"),
    [
        ("deployment-controller", "deployment"),
        ("persistentvolumeclaim-protection-controller", "pvc-protection"),
        ("persistentvolume-protection-controller", "pv-protection"),
    ],
)
def test_a_controller_is_called_by_what_it_is_about(actor: str, shown: str) -> None:
    assert actor in {c.name for c in CONTROL_PLANE}
    assert actors.short_name(actor) == shown
    assert width(shown, 11.5, True) < BOX_W
