"""Checks of names, keys, ports and other short texts: each gives the sentences that say what is wrong, or none.

In Kubernetes: apimachinery `pkg/util/validation` and `pkg/api/validate/content`. Both exist upstream with slightly
different sentences ("63 characters" for names, "63 bytes" for labels), and so they do here.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from kubelab.api.validation.field_error import Errors, invalid, required

Texts = tuple[str, ...]
NameCheck = Callable[[str, bool], Texts]
"""A check of an object's name; the second argument says that it is only the beginning of a name (`generateName`)."""

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_UNDERSCORE_LABEL = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_UNDERSCORE_SUBDOMAIN = rf"{_UNDERSCORE_LABEL}(\.{_UNDERSCORE_LABEL})*"
_LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_WILDCARD = rf"\*\.{_SUBDOMAIN}"
_KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE = f"({_KEY})?"
_CONFIG_KEY = "[-._a-zA-Z0-9]+"
_HEADER = "[-A-Za-z0-9]+"
_PERCENT = "[0-9]+%"
_HTTP_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"
_REASON = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?"
_C_NAME = "[A-Za-z_][A-Za-z0-9_]*"

_label = re.compile(_LABEL).fullmatch
_subdomain = re.compile(_SUBDOMAIN).fullmatch
_key = re.compile(_KEY).fullmatch
_value = re.compile(_VALUE).fullmatch

_LABEL_TEXT = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
    "with an alphanumeric character"
)
_SUBDOMAIN_TEXT = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
    "and end with an alphanumeric character"
)
_UNDERSCORE_TEXT = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must "
    "start and end with an alphanumeric character"
)
_LABEL_1035_TEXT = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and end with an alphanumeric character"
)
_WILDCARD_TEXT = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of "
    "lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character"
)
_KEY_TEXT = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
)
_VALUE_TEXT = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
    "and end with an alphanumeric character"
)
_CONFIG_KEY_TEXT = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
_HEADER_TEXT = "a valid HTTP header must consist of alphanumeric characters or '-'"
_PERCENT_TEXT = "a valid percent string must be a numeric string followed by an ending '%'"
_ENV_TEXT = "a valid environment variable name must consist only of printable ASCII characters other than '='"
_REASON_TEXT = (
    "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric "
    "characters or '_,:', and must end with an alphanumeric character or '_'"
)


def regex_text(text: str, pattern: str, *examples: str) -> str:
    """The sentence about a text that does not have the right form."""
    if not examples:
        return f"{text} (regex used for validation is '{pattern}')"
    shown = " or ".join(f"'{example}', " for example in examples)  # so there are two spaces before "or", as in Go
    return f"{text} (e.g. {shown}regex used for validation is '{pattern}')"


def _length(text: str, limit: int, unit: str = "characters") -> Texts:
    return (f"must be no more than {limit} {unit}",) if _bytes(text) > limit else ()


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def range_text(low: int, high: int) -> str:
    """The sentence about a number outside its range."""
    return f"must be between {low} and {high}, inclusive"


@lru_cache(maxsize=16384)
def dns_label(name: str) -> Texts:
    """A label of a domain name, as names of namespaces and containers are (RFC 1123)."""
    texts = _length(name, 63)
    if _label(name) is None:
        if _subdomain(name) is not None:
            return (*texts, "must not contain dots")
        return (*texts, regex_text(_LABEL_TEXT, _LABEL, "my-name", "123-abc"))
    return texts


@lru_cache(maxsize=16384)
def dns_subdomain(name: str) -> Texts:
    """A domain name of one or more labels, as most objects' names are (RFC 1123)."""
    texts = _length(name, 253)
    if _subdomain(name) is None:
        return (*texts, regex_text(_SUBDOMAIN_TEXT, _SUBDOMAIN, "example.com"))
    return texts


def dns_subdomain_with_underscore(name: str) -> Texts:
    """A domain name whose labels may have underscores, as DNS search paths may."""
    texts = _length(name, 253)
    if re.fullmatch(_UNDERSCORE_SUBDOMAIN, name) is None:
        return (*texts, regex_text(_UNDERSCORE_TEXT, _UNDERSCORE_SUBDOMAIN, "example.com"))
    return texts


def dns_1035_label(name: str) -> Texts:
    """A label that starts with a letter (RFC 1035)."""
    texts = _length(name, 63)
    if re.fullmatch(_LABEL_1035, name) is None:
        return (*texts, regex_text(_LABEL_1035_TEXT, _LABEL_1035, "my-name", "abc-123"))
    return texts


def wildcard_subdomain(name: str) -> Texts:
    """A domain name whose first label is ``*``."""
    texts = _length(name, 253)
    if re.fullmatch(_WILDCARD, name) is None:
        return (*texts, regex_text(_WILDCARD_TEXT, _WILDCARD, "*.example.com"))
    return texts


@lru_cache(maxsize=16384)
def label_key(key: str) -> Texts:
    """The key of a label or annotation: a name, with an optional domain before a slash."""
    prefix, slash, name = key.partition("/")
    if not slash:
        name = key
    if "/" in name:
        text = regex_text(_KEY_TEXT, _KEY, "MyName", "my.name", "123-abc")
        return (f"a valid label key {text} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",)
    texts: list[str] = []
    if slash:
        texts += _prefix(prefix)
    if not name:
        texts.append("name part must be non-empty")
    elif _bytes(name) > 63:
        texts.append("name part must be no more than 63 bytes")
    if _key(name) is None:
        texts.append("name part " + regex_text(_KEY_TEXT, _KEY, "MyName", "my.name", "123-abc"))
    return tuple(texts)


def _prefix(prefix: str) -> list[str]:
    if not prefix:
        return ["prefix part must be non-empty"]
    return [f"prefix part {text.replace('253 characters', '253 bytes')}" for text in dns_subdomain(prefix)]


@lru_cache(maxsize=16384)
def label_value(value: str) -> Texts:
    """The value of a label."""
    texts = _length(value, 63, "bytes")
    if _value(value) is None:
        return (*texts, regex_text(_VALUE_TEXT, _VALUE, "MyValue", "my_value", "12345"))
    return texts


def config_key(key: str) -> Texts:
    """A key of a ConfigMap or Secret, which may become the name of a file."""
    texts = list(_length(key, 253))
    if re.fullmatch(_CONFIG_KEY, key) is None:
        texts.append(regex_text(_CONFIG_KEY_TEXT, _CONFIG_KEY, "key.name", "KEY_NAME", "key-name"))
    if key in (".", ".."):
        texts.append(f"must not be '{key}'")
    elif key.startswith(".."):
        texts.append("must not start with '..'")
    return tuple(texts)


@lru_cache(maxsize=4096)
def env_name(name: str) -> Texts:
    """The name of an environment variable: printable ASCII without ``=``."""
    texts = () if name else ("environment variable name must be non-empty",)
    if not all(" " <= character <= "~" and character != "=" for character in name):
        return (*texts, _ENV_TEXT)
    return texts


def c_identifier(name: str) -> Texts:
    """A name as the language C allows it."""
    if re.fullmatch(_C_NAME, name) is None:
        text = (
            "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric "
            "characters or '_'"
        )
        return (regex_text(text, _C_NAME, "my_name", "MY_NAME", "MyName"),)
    return ()


def http_header(name: str) -> Texts:
    """The name of an HTTP header."""
    if re.fullmatch(_HEADER, name) is None:
        return (regex_text(_HEADER_TEXT, _HEADER, "X-Header-Name"),)
    return ()


def percent(text: str) -> Texts:
    """A percentage such as ``25%``."""
    if re.fullmatch(_PERCENT, text) is None:
        return (regex_text(_PERCENT_TEXT, _PERCENT, "1%", "93%"),)
    return ()


def condition_reason(reason: str) -> Texts:
    """The one word that says why a condition is as it is."""
    if re.fullmatch(_REASON, reason) is None:
        examples = ("my_name", "MY_NAME", "MyName", "ReasonA,ReasonB", "ReasonA:ReasonB")
        return (regex_text(_REASON_TEXT, _REASON, *examples),)
    return ()


def decimal_integer(text: str) -> Texts:
    """A whole number in its one usual form: no plus, no leading zeros."""
    if not text:
        return ("must be non-empty",)
    if re.fullmatch("0|-?[1-9][0-9]*", text) is None:
        return ("must be a valid decimal integer in canonical form",)
    return ()


def port_number(port: int) -> Texts:
    """The number of a port."""
    return () if 1 <= port <= 65535 else (range_text(1, 65535),)


def port_name(name: str) -> Texts:
    """The name of a port (RFC 6335)."""
    texts = list(_length(name, 15))
    if re.fullmatch("[-a-z0-9]+", name) is None:
        texts.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if re.search("[a-z]", name) is None:
        texts.append("must contain at least one letter (a-z)")
    if "--" in name:
        texts.append("must not contain consecutive hyphens")
    if name.startswith("-") or name.endswith("-"):
        texts.append("must not begin or end with a hyphen")
    return tuple(texts)


def user_id(number: int) -> Texts:
    """The number of a user or group."""
    return () if 0 <= number <= 2**31 - 1 else (range_text(0, 2**31 - 1),)


def path_segment(name: str) -> Texts:
    """A name that can be one segment of a path in the API: not ``.`` or ``..``, no slash, no percent sign."""
    if name in (".", ".."):
        return (f"may not be '{name}'",)
    return tuple(f"may not contain '{sign}'" for sign in "/%" if sign in name)


def _masked(name: str) -> str:
    return f"{name[:-2]}a" if len(name) > 1 and name.endswith("-") else name


def is_subdomain(name: str, prefix: bool = False) -> Texts:
    """The names of most kinds (``NameIsDNSSubdomain``)."""
    return dns_subdomain(_masked(name) if prefix else name)


def is_label(name: str, prefix: bool = False) -> Texts:
    """The names of namespaces, Services and StatefulSets (``NameIsDNSLabel``)."""
    return dns_label(_masked(name) if prefix else name)


def is_path_segment(name: str, prefix: bool = False) -> Texts:
    """The names of roles and of kinds that have no rule of their own (``ValidatePathSegmentName``)."""
    return path_segment(name) if not prefix else tuple(f"may not contain '{sign}'" for sign in "/%" if sign in name)


def label_errors(path: str, value: str) -> Errors:
    """A mistake unless the text is a DNS label."""
    for text in dns_label(value):
        yield invalid(path, value, text)


def subdomain_errors(path: str, value: str) -> Errors:
    """A mistake unless the text is a DNS subdomain."""
    for text in dns_subdomain(value):
        yield invalid(path, value, text)


def qualified_name_errors(path: str, value: str) -> Errors:
    """A mistake unless the text has the form of a label's key."""
    for text in label_key(value):
        yield invalid(path, value, text)


def domain_prefixed_path(path: str, value: str) -> Errors:
    """A mistake unless the text is a domain, a slash and a path, such as ``example.com/controller``."""
    if not value:
        yield required(path)
        return
    host, _, rest = value.partition("/")
    if not host or not rest:
        yield invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')
        return
    for text in dns_subdomain(host):
        yield invalid(path, host, text)
    if re.fullmatch(_HTTP_PATH, rest) is None:
        yield invalid(path, rest, regex_text("Invalid path", _HTTP_PATH))


def fully_qualified_domain_name(path: str, value: str) -> Errors:
    """A mistake unless the text is a domain name of at least two labels; a dot at its end is allowed."""
    if not value:
        yield required(path)
        return
    name = value.removesuffix(".")
    if texts := dns_subdomain(name):
        yield invalid(path, name, ",".join(texts))
        return
    labels = name.split(".")
    if len(labels) < 2:
        yield invalid(path, name, "should be a domain with at least two segments separated by dots")
        return
    for label in labels:
        if texts := dns_label(label):
            yield invalid(path, label, ",".join(texts))
            return
