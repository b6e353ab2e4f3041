"""Lists of a Job's indexes in short form: ``1,3-5,7``.

In Kubernetes: `validateIndexesFormat` of `pkg/apis/batch/validation`.
"""

from kubelab.errors import QuantityError


def count(text: str, completions: int) -> int:
    """How many indexes the text lists.

    Raises:
        QuantityError: it is not such a list, in the API server's words.
    """
    last, total = -1, 0
    for part in text.split(",") if text else ():
        first, final = _interval(part, completions)
        if last >= first:
            raise QuantityError(f"non-increasing order, previous: {last}, current: {first}")
        total += final - first + 1
        last = final
    return total


def _interval(text: str, completions: int) -> tuple[int, int]:
    limits = text.split("-")
    if len(limits) > 2:
        rule = "violates the requirement that an index interval can have at most two parts separated by '-'"
        raise QuantityError(f'the fragment "{text}" {rule}')
    numbers = [_index(limit, completions) for limit in limits]
    if len(numbers) == 2 and numbers[0] >= numbers[1]:
        raise QuantityError(f"non-increasing order, previous: {numbers[0]}, current: {numbers[1]}")
    return numbers[0], numbers[-1]


def _index(text: str, completions: int) -> int:
    if not (text.removeprefix("+").isascii() and text.removeprefix("+").isdigit()):
        raise QuantityError(f'cannot convert string to integer for index: "{text}"')
    if int(text) >= completions:
        raise QuantityError(f'too large index: "{text}"')
    return int(text)
