"""Results remembered by the identity of their argument."""

from kubelab.api.memo import IdentityMemo


def test_the_very_object_is_found_and_an_equal_one_is_not() -> None:
    memo: IdentityMemo[str] = IdentityMemo(2)
    key = ["a"]
    assert memo.put(key, "found") == "found"
    assert memo.get(key) == "found"
    assert memo.get(["a"]) is None


def test_the_oldest_is_forgotten_first() -> None:
    memo: IdentityMemo[int] = IdentityMemo(2)
    keys = [[number] for number in range(3)]
    for number, key in enumerate(keys):
        memo.put(key, number)
    assert [memo.get(key) for key in keys] == [None, 1, 2]
    assert len(memo) == 2
