"""Names that the API server makes: the real alphabet and shape, the same ones every time."""

import re
import uuid

from kubelab.apiserver import names


def test_a_generated_name_has_five_characters_of_the_real_alphabet():
    made = {names.generate("web-", "default", str(n)) for n in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"web-[bcdfghjklmnpqrstvwxz2456789]{5}", name) for name in made)


def test_a_long_base_is_cut_so_that_the_name_fits():
    name = names.generate("x" * 70, "default", "1")
    assert len(name) == 63


def test_a_uid_is_a_version_four_uuid_and_follows_from_what_it_is_made_of():
    made = names.uid("Pod default/web", "7")
    assert uuid.UUID(made).version == 4
    assert uuid.UUID(made).variant == uuid.RFC_4122
    assert made == names.uid("Pod default/web", "7") != names.uid("Pod default/web", "8")
