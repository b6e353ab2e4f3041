"""The flags of kubectl are read, and refused, as its own library does it."""

import pytest

from kubelab.errors import UsageError
from kubelab.kubectl.flags import Flag, parse

FLAGS = (
    Flag("output", "how to print", "FORM", "o"),
    Flag("replicas", "how many", "N", kind="number", default=1),
    Flag("watch", "also changes", short="w"),
    Flag("all", "everything", short="A"),
    Flag("env", "variables", "NAME=VALUE", "e", kind="array"),
    Flag("images", "images", "IMAGE", kind="list"),
    Flag("dry-run", "try", "HOW", default="none", bare="unchanged"),
    Flag("timeout", "how long", "TIME", kind="duration", default=0),
)


def test_flags_stand_anywhere_and_are_short_or_long() -> None:
    said, words, after = parse(
        ["pods", "-owide", "-wA", "--replicas=3", "web", "-e", "a=1,2", "-e=b", "--", "-x"], FLAGS
    )
    assert (words, after) == (["pods", "web"], ["-x"])
    assert (said["output"], said["watch"], said["all"], said["replicas"]) == ("wide", True, True, 3)
    assert said["env"] == ("a=1,2", "b")


def test_lists_have_commas_and_quotes() -> None:
    said, _, _ = parse(["--images=a,b", '--images="c,d"'], FLAGS)
    assert said["images"] == ("a", "b", "c,d")


def test_what_is_not_said_has_a_default_and_what_is_bare_a_value() -> None:
    said, _, _ = parse(["--watch=false", "--dry-run", "--timeout", "1m30s"], FLAGS)
    assert (said["watch"], said["replicas"], said["dry-run"], said["timeout"]) == (False, 1, "unchanged", 90_000_000)
    assert "watch" in said
    assert "replicas" not in said


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--foo"], "unknown flag: --foo"),
        (["-z"], "unknown shorthand flag: 'z' in -z"),
        (["-wz"], "unknown shorthand flag: 'z' in -z"),
        (["-o"], "flag needs an argument: 'o' in -o"),
        (["--output"], "flag needs an argument: --output"),
        (
            ["--replicas=x"],
            'invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax',
        ),
        (
            ["-w=maybe"],
            'invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
        ),
    ],
)
def test_a_flag_that_cannot_be_read_is_refused_in_the_words_of_the_real_one(words: list[str], error: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(words, FLAGS)
    assert str(caught.value) == error
