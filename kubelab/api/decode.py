"""The plain values of a manifest to objects, with every problem in the API server's words.

For each model a decoder is made once, on first use. A decoder never stops at the first problem: it notes it
and goes on, so that a person sees all of them. Which one a real server would have answered is said by `refusal`.

Source: sigs.k8s.io/json (``UnmarshalStrict``) and the ``UnmarshalJSON`` methods of the API's scalar types.
"""

from collections.abc import Callable, Mapping
from typing import Any

from kubelab.api import base64_text, clocktime, quantity
from kubelab.api.scalars import FrozenMap, Json
from kubelab.api.shape import Field, Form, Shape, fields, is_kind, shape_of
from kubelab.errors import ManifestError, QuantityError

Where = tuple[Any, ...] | None
"""A step on the way to a value, linked to the step before: (before, key, Go struct, Go embedded) or (before, key)."""


class Problem(str):
    """One thing wrong with a manifest, in the API server's words.

    Attributes:
        path: the keys and indexes that lead to it.
        rank: 0 when the server stops there, 1 when it reports it at the end, 2 when only strict reading minds.
        bare: whether the server's words do not name the place.
        line: the line in the text it was read from, or 0.
        hint: what was probably meant, or "".
    """

    path: tuple[str | int, ...]
    rank: int
    bare: bool
    line: int
    hint: str

    def __new__(cls, text: str, path: tuple[str | int, ...], rank: int = 0, *, bare: bool = False) -> "Problem":
        """Make the text carry its place."""
        self = super().__new__(cls, text)
        self.path = path
        self.rank = rank
        self.bare = bare
        self.line = 0
        self.hint = ""
        return self


Decoder = Callable[[Any, Where, list[Problem]], Any]


def refusal(problems: list[Problem]) -> ManifestError:
    """The error for a manifest with problems; the first line of its text is what a real server answers."""
    ranked = sorted(problems, key=lambda problem: problem.rank)
    lines = [str(problem) for problem in ranked if problem.rank < 2]
    strict = [str(problem) for problem in ranked if problem.rank == 2]
    if strict:
        lines.append("strict decoding error: " + ", ".join(strict))
    return ManifestError(ranked, "\n".join(dict.fromkeys(lines)))


def _path(at: Where) -> tuple[str | int, ...]:
    steps: list[str | int] = []
    while at is not None:
        steps.append(at[1])
        at = at[0]
    return tuple(reversed(steps))


def dotted(path: tuple[str | int, ...]) -> str:
    """A path in Kubernetes' notation: ``spec.containers[0].image``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def value_kind(value: Any) -> str:
    """What Go calls a JSON value in its errors."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    if isinstance(value, (int, float)):
        return "number"
    return "object" if isinstance(value, Mapping) else "array"


def _wrong_type(value: Any, go: str, at: Where, problems: list[Problem], rank: int = 1) -> None:
    kind = value_kind(value)
    if kind == "number" and go in ("int32", "int64", "float64"):
        kind = f"number {number_text(value)}"
    names: list[str] = []
    struct, step = "", at
    while step is not None:
        if len(step) == 4:
            struct = struct or step[2]
            names.append(step[1])
            if step[3]:
                names.append(step[3])
        step = step[0]
    target = f"struct field {struct}.{'.'.join(reversed(names))}" if struct else "value"
    problems.append(Problem(f"json: cannot unmarshal {kind} into Go {target} of type {go}", _path(at), rank))


def number_text(value: float) -> str:
    """A number as Go's JSON writes it."""
    if isinstance(value, int):
        return str(value)
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    text = repr(value)
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{mantissa}e{exponent[0]}{exponent[1:].lstrip('0')}"
    return text


_MADE: dict[type[Any], Decoder] = {}


def structure(model: type[Any]) -> Decoder:
    """What turns a mapping into an object of a model; made once for each model."""
    found = _MADE.get(model)
    if found is None:
        found = _MADE[model] = _make(model)
    return found


def _make(model: type[Any]) -> Decoder:
    struct = model.__name__
    rows = {name: _row(field, struct) for name, field in fields(model).items()}
    if is_kind(model):
        for name in ("apiVersion", "kind"):
            rows.setdefault(name, ("", str, _text_decoder("string"), struct, "TypeMeta"))
    go = shape_of(model).go
    zero = model()

    def decode(value: Any, at: Where, problems: list[Problem]) -> Any:
        if not isinstance(value, Mapping):
            _wrong_type(value, go, at, problems)
            return zero
        arguments = {}
        for key, item in value.items():
            row = rows.get(key)
            if row is None:
                problems.append(_unknown(key, at))
                continue
            name, plain, decoder, owner, embedded = row
            if item is None:
                continue
            if type(item) is not plain:
                item = decoder(item, (at, key, owner, embedded), problems)
            if name:
                arguments[name] = item
        return model(**arguments)

    return decode


def _unknown(key: Any, at: Where) -> Problem:
    return unknown_field((*_path(at), str(key)))


def unknown_field(path: tuple[str | int, ...]) -> Problem:
    """What strict reading says of a field that there is not."""
    quoted = dotted(path).replace("\\", "\\\\").replace('"', '\\"')
    return Problem(f'unknown field "{quoted}"', path, 2)


def _row(field: Field, struct: str) -> tuple[str, type | None, Decoder, str, str]:
    """How one field is read: attribute, the type taken as it is, decoder, and two names for errors."""
    shape = field.shape
    plain = {Form.STRING: str, Form.BOOLEAN: bool}.get(shape.form)
    return field.name, plain, _decoder(shape), struct, field.embedded


def value(annotation: Any) -> Decoder:
    """What turns a plain value into a value of an annotated type."""
    return _decoder(shape_of(annotation))


def _decoder(shape: Shape) -> Decoder:
    form, go = shape.form, shape.go
    if form is Form.OBJECT:
        assert shape.model is not None
        return _later(shape.model)
    if form is Form.LIST:
        assert shape.item is not None
        return _list_decoder(_decoder(shape.item), zero_of(shape.item), go)
    if form is Form.MAP:
        assert shape.item is not None
        return _map_decoder(_decoder(shape.item), zero_of(shape.item), go)
    if form is Form.STRING:
        return _text_decoder(go)
    if form is Form.INTEGER:
        return _integer_decoder(go)
    if form is Form.BOOLEAN:
        return _boolean_decoder(go)
    return _SPECIAL[form]


def zero_of(shape: Shape) -> Any:
    """The value that a null in a list or map stands for."""
    if shape.form is Form.OBJECT and shape.model is not None:
        return shape.model()
    return _ZEROS.get(shape.form)


_ZEROS: dict[Form, Any] = {
    Form.STRING: "",
    Form.BINARY: "",
    Form.INTEGER: 0,
    Form.NUMBER: 0.0,
    Form.BOOLEAN: False,
    Form.QUANTITY: quantity.ZERO,
    Form.INT_OR_STRING: 0,
    Form.LIST: (),
    Form.MAP: FrozenMap(),
}


def _later(model: type[Any]) -> Decoder:
    """The decoder of a model, made when it is first needed: most fields of most manifests are absent."""
    return lambda value, at, problems: structure(model)(value, at, problems)


def _list_decoder(item: Decoder, zero: Any, go: str) -> Decoder:
    def decode(value: Any, at: Where, problems: list[Problem]) -> Any:
        if not isinstance(value, (list, tuple)):
            _wrong_type(value, go, at, problems)
            return ()
        return tuple(
            [zero if entry is None else item(entry, (at, index), problems) for index, entry in enumerate(value)]
        )

    return decode


def _map_decoder(item: Decoder, zero: Any, go: str) -> Decoder:
    def decode(value: Any, at: Where, problems: list[Problem]) -> Any:
        if not isinstance(value, Mapping):
            _wrong_type(value, go, at, problems)
            return FrozenMap()
        return FrozenMap(
            {str(key): zero if entry is None else item(entry, (at, key), problems) for key, entry in value.items()}
        )

    return decode


def _text_decoder(go: str) -> Decoder:
    def decode(value: Any, at: Where, problems: list[Problem]) -> Any:
        if isinstance(value, str):
            return str(value)
        _wrong_type(value, go, at, problems)
        return ""

    return decode


def _integer_decoder(go: str) -> Decoder:
    limit = 2**63 if go == "int64" else 2**31

    def decode(value: Any, at: Where, problems: list[Problem]) -> Any:
        if type(value) is int and -limit <= value < limit:
            return value
        if isinstance(value, float) and value.is_integer() and -limit <= value < limit:
            return int(value)
        _wrong_type(value, go, at, problems)
        return 0

    return decode


def _boolean_decoder(go: str) -> Decoder:
    def decode(value: Any, at: Where, problems: list[Problem]) -> Any:
        if isinstance(value, bool):
            return value
        _wrong_type(value, go, at, problems)
        return False

    return decode


def _int_or_string(value: Any, at: Where, problems: list[Problem]) -> Any:
    if isinstance(value, str):
        return str(value)
    before = len(problems)
    number = _INT32(value, at, problems)
    for index in range(before, len(problems)):
        problems[index].rank = 0
    return number


def _number(value: Any, at: Where, problems: list[Problem]) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    _wrong_type(value, "float64", at, problems)
    return 0.0


def _quantity(value: Any, at: Where, problems: list[Problem]) -> Any:
    try:
        if isinstance(value, str):
            return quantity.canonical(value.strip())
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return quantity.canonical(number_text(value))
        raise QuantityError(quantity.FORMAT_WRONG)
    except QuantityError as error:
        problems.append(Problem(str(error), _path(at), bare=True))
        return quantity.ZERO


def _moment(parse: Callable[[str], Any]) -> Decoder:
    def decode(value: Any, at: Where, problems: list[Problem]) -> Any:
        if not isinstance(value, str):
            _wrong_type(value, "string", at, problems, rank=0)
            return None
        try:
            return parse(value)
        except QuantityError as error:
            problems.append(Problem(str(error), _path(at), bare=True))
            return None

    return decode


def _binary(value: Any, at: Where, problems: list[Problem]) -> Any:
    if not isinstance(value, str):
        _wrong_type(value, "[]uint8", at, problems)
        return ""
    fault = base64_text.fault(value)
    if fault is not None:
        problems.append(Problem(f"illegal base64 data at input byte {fault}", _path(at), 1, bare=True))
        return ""
    return base64_text.canonical(value)


def freeze(value: Any) -> Json:
    """A JSON value that nobody can change: mappings become `FrozenMap`, lists become tuples."""
    if isinstance(value, Mapping):
        return FrozenMap({str(key): freeze(item) for key, item in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple([freeze(item) for item in value])
    return value


_INT32 = _integer_decoder("int32")

_SPECIAL: dict[Form, Decoder] = {
    Form.INT_OR_STRING: _int_or_string,
    Form.NUMBER: _number,
    Form.QUANTITY: _quantity,
    Form.TIME: _moment(clocktime.parse),
    Form.MICRO_TIME: _moment(clocktime.parse_micro),
    Form.BINARY: _binary,
    Form.JSON: lambda value, at, problems: freeze(value),
}
