"""Label selectors: which objects are meant, and why one is or is not.

Both of Kubernetes' forms are read: kubectl's text (``app in (web, api), tier!=db``; its grammar stands by itself
in `grammar/selector.lark`) and the `LabelSelector` of specifications.

Source: apimachinery `pkg/labels` (``Parse``, ``Requirement``), `pkg/apis/meta/v1` (``LabelSelectorAsSelector``).
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import attrs

from kubelab.api.meta import LabelSelector
from kubelab.errors import SelectorError

_OPERATORS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}
_SIGNS = {"=": "=", "==": "==", "!=": "!=", "in": " in ", "notin": " notin ", "gt": ">", "lt": "<"}
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)


@attrs.frozen
class Requirement:
    """One condition on the labels.

    Attributes:
        key: the label it asks about.
        operator: ``=``, ``==``, ``!=``, ``in``, ``notin``, ``exists``, ``!``, ``gt`` or ``lt``.
        values: what the label's value is compared with.
    """

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether labels meet the condition; an absent label meets ``!=``, ``notin`` and ``!``."""
        found = labels.get(self.key)
        operator = self.operator
        if operator in ("=", "==", "in"):
            return found is not None and found in self.values
        if operator in ("!=", "notin"):
            return found is None or found not in self.values
        if operator == "exists":
            return found is not None
        if operator == "!":
            return found is None
        if found is None or len(self.values) != 1:
            return False
        left, right = _integer(found), _integer(self.values[0])
        if left is None or right is None:
            return False
        return left > right if operator == "gt" else left < right

    def __str__(self) -> str:
        """The condition in kubectl's notation."""
        if self.operator in ("exists", "!"):
            return f"!{self.key}" if self.operator == "!" else self.key
        values = ",".join(sorted(self.values))
        return f"{self.key}{_SIGNS[self.operator]}" + (f"({values})" if "in" in self.operator else values)


def _integer(text: str) -> int | None:
    number = int(text) if len(text) < 25 and _INTEGER.fullmatch(text) else None
    return number if number is not None and -(2**63) <= number < 2**63 else None


@attrs.frozen
class Verdict:
    """How one requirement judges an object's labels.

    Attributes:
        requirement: the condition in kubectl's notation.
        met: whether the labels meet it.
        found: what the labels say about its key, such as ``app=db`` or ``no label app``.
    """

    requirement: str
    met: bool
    found: str


@attrs.frozen(str=False)
class Selector:
    """A set of requirements that must all be met.

    Attributes:
        requirements: sorted by key; none at all selects everything.
        nothing: whether it selects nothing at all, as a selector that is absent does.
    """

    requirements: tuple[Requirement, ...] = ()
    nothing: bool = False

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether an object with these labels is selected."""
        if self.nothing:
            return False
        for requirement in self.requirements:  # noqa: SIM110  a generator would cost twice the time here
            if not requirement.matches(labels):
                return False
        return True

    @property
    def empty(self) -> bool:
        """Whether it selects everything."""
        return not self.requirements and not self.nothing

    @property
    def exact(self) -> tuple[tuple[str, str], ...]:
        """The labels that every selected object has, for finding candidates by index: pairs of key and value."""
        return tuple(
            (requirement.key, requirement.values[0])
            for requirement in self.requirements
            if requirement.operator in ("=", "==", "in") and len(requirement.values) == 1
        )

    def why(self, labels: Mapping[str, str]) -> tuple[Verdict, ...]:
        """What each requirement says of these labels, in the order of the requirements."""
        return tuple(
            Verdict(
                requirement=str(requirement),
                met=requirement.matches(labels),
                found=f"{requirement.key}={labels[requirement.key]}"
                if requirement.key in labels
                else f"no label {requirement.key}",
            )
            for requirement in self.requirements
        )

    def __str__(self) -> str:
        """The selector in kubectl's notation; "" when it has no requirements."""
        return ",".join(map(str, self.requirements))


EVERYTHING = Selector()
NOTHING = Selector(nothing=True)


@lru_cache(maxsize=8192)
def parse(text: str) -> Selector:
    """Read kubectl's notation: ``app=web``, ``tier in (web, db),!canary``; "" selects everything.

    Raises:
        SelectorError: in the words of kubectl and the API server.
    """
    said, rest = _plainly(text) if len(text) > _LONG else ([], text)
    # A requirement before the rest stands for those that were read: what is wrong depends on no more of them.
    if said and rest is not None:
        _by_grammar(f"{said[-1][0]},{rest}")
    said = said if rest is None else _by_grammar(text)
    found = [_checked(*each, "unable to parse requirement: ") for each in said]
    return Selector(tuple(sorted(found, key=lambda requirement: requirement.key)))


_LONG = 500
"""A text that is longer is read by a pattern: the grammar's parser takes a third of a millisecond for a requirement."""

_NAME = r"[^=!(),<> \t\r\n]++"
_PLAIN = re.compile(
    rf"[ \t\r\n]*+(?:![ \t\r\n]*+(?P<absent>{_NAME})|(?P<key>{_NAME})[ \t\r\n]*+"
    rf"(?:(?P<sign>==|=|!=|>|<)[ \t\r\n]*+(?P<value>{_NAME})?+"
    rf"|(?P<set>in|notin)[ \t\r\n]*+\((?P<values>[^=!()<>]*+)\))?+)[ \t\r\n]*+(?P<end>,|\Z)",
    re.ASCII,
)
_OF_SIGN = {"=": "=", "==": "==", "!=": "!=", ">": "gt", "<": "lt"}

_Said = tuple[str, str, tuple[str, ...]]


def _plainly(text: str) -> tuple[list[_Said], str | None]:
    """The requirements at the beginning of a text, and the rest from the first that is not plain; None: all are."""
    said: list[_Said] = []
    at = 0
    while match := _PLAIN.match(text, at):
        if match["absent"]:
            said.append((match["absent"], "!", ()))
        elif match["sign"]:
            said.append((match["key"], _OF_SIGN[match["sign"]], (match["value"] or "",)))
        elif match["set"]:
            words = {word.strip(" \t\r\n") for word in match["values"].split(",")}
            if any(re.search(r"[ \t\r\n]", word) for word in words):
                break
            said.append((match["key"], match["set"], tuple(sorted(words))))
        else:
            said.append((match["key"], "exists", ()))
        if not match["end"]:
            return said, None
        at = match.end()
    return said, text[at:]


def _by_grammar(text: str) -> list[_Said]:
    from lark.exceptions import UnexpectedToken

    try:
        tree = _parser().parse(text)
    except UnexpectedToken as error:
        raise SelectorError(_refusal(text, error)) from None
    return [_requirement(node) for node in tree.children if node is not None]


@cache
def _parser() -> Any:
    from importlib.resources import as_file, files

    from lark import Lark

    with as_file(files("kubelab.grammar") / "selector.lark") as path:
        return Lark.open(str(path), parser="lalr", maybe_placeholders=True)


# How the grammar names each form, and the operator that stands for it.
_FORMS = {
    "exists": "exists",
    "does_not_exist": "!",
    "equals": "=",
    "double_equals": "==",
    "not_equals": "!=",
    "greater_than": "gt",
    "less_than": "lt",
    "is_in": "in",
    "not_in": "notin",
}


def _requirement(node: Any) -> _Said:
    operator = _FORMS[node.data]
    key = str(node.children[0].children[0].children[0])
    values: tuple[str, ...] = ()
    if operator in ("in", "notin"):
        words = {str(word.children[0]) if word is not None else "" for word in node.children[1].children}
        values = tuple(sorted(words))
    elif operator not in ("exists", "!"):
        word = node.children[1]
        values = ("" if word is None else str(word.children[0]),)
    return key, operator, values


def _checked(key: str, operator: str, values: tuple[str, ...], lead: str = "") -> Requirement:
    """A requirement whose key and values may stand there.

    Raises:
        SelectorError: they may not; in upstream's words, after `lead`.
    """
    from kubelab.api.validation.names import label_key, label_value

    key_faults = label_key(key)
    if key_faults:
        place = "<nil>" if lead else "key"
        raise SelectorError(f'{lead}{place}: Invalid value: "{key}": {"; ".join(key_faults)}')
    faults = []
    if operator in ("in", "notin") and not values:
        faults.append("values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty")
    if operator in ("exists", "!") and values:
        given = ",".join(f'"{value}"' for value in values)
        faults.append(f"values: Invalid value: [{given}]: values set must be empty for exists and does not exist")
    if operator in ("gt", "lt") and _integer(values[0]) is None:
        what = "for 'Gt', 'Lt' operators, the value must be an integer"
        faults.append(f'values[0]: Invalid value: "{values[0]}": {what}')
    for index, value in enumerate(values):
        found = label_value(value)
        if found:
            faults.append(f'values[{index}][{key}]: Invalid value: "{value}": {"; ".join(found)}')
    if faults:
        raise SelectorError(lead + (faults[0] if len(faults) == 1 else f"[{', '.join(faults)}]"))
    return Requirement(key, operator, values)


_BINARY_OPERATORS = "in, notin, =, ==, !=, gt, lt"


def _refusal(text: str, error: Any) -> str:
    """What upstream's parser says where the grammar's parser stopped: what may come next there tells the place."""
    token = error.token
    found = "" if token.type == "$END" else str(token)
    before = text[: token.start_pos].rstrip()[-1:] if token.type != "$END" else text.rstrip()[-1:]
    possible = error.accepts or error.expected
    inside = "unable to parse requirement: "
    if "RPAR" in possible:
        if "NAME" not in possible:
            return f"{inside}found '{found}', expected: ',' or ')'"
        wanted = "',', ')' or identifier" if before == "(" else "',', or identifier"
        return f"{inside}found '{found}', expected: {wanted}"
    if "LPAR" in possible:
        return f"{inside}found '{found}' expected: '('"
    if "_IN" in possible:
        return f"{inside}found '{found}', expected: {_BINARY_OPERATORS}"
    if "NAME" not in possible:
        return f"found '{found}', expected: ',' or 'end of string'"
    if "BANG" in possible:
        if "$END" in possible:
            return f"found '{found}', expected: !, identifier, or 'end of string'"
        return f"found '{found}', expected: identifier after ','"
    return f"{inside}found '{found}', expected: identifier"


@lru_cache(maxsize=8192)
def from_label_selector(given: LabelSelector | None) -> Selector:
    """What a specification's selector means: None selects nothing, an empty one everything.

    Raises:
        SelectorError: a key, operator or value that may not stand there.
    """
    if given is None:
        return NOTHING
    found = [_checked(key, "=", (value,)) for key, value in given.match_labels.items()]
    for expression in given.match_expressions:
        operator = _OPERATORS.get(expression.operator)
        if operator is None:
            raise SelectorError(f'"{expression.operator}" is not a valid label selector operator')
        found.append(_checked(expression.key, operator, expression.values))
    return Selector(tuple(sorted(found, key=lambda requirement: requirement.key)))


def from_labels(labels: Mapping[str, str]) -> Selector:
    """The selector of a Service or ReplicationController: all these labels; an empty mapping selects everything."""
    return Selector(tuple(Requirement(key, "=", (labels[key],)) for key in sorted(labels)))
