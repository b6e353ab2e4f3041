"""Checks of IP addresses and networks in CIDR notation.

In Kubernetes: apimachinery `pkg/util/validation/ip.go` with ``StrictIPCIDRValidation`` on (the default since 1.36),
and ``ValidateEndpointIP`` of `pkg/apis/core/validation`.
"""

import ipaddress
import re

from kubelab.api.validation.field_error import Errors, invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_DECIMALS = re.compile(r"\d{1,9}(?:\.\d{1,9}){3}", re.ASCII)


def parse_ip(text: str) -> Address | None:
    """The address, or None; as Go's older parsers did, leading zeros are decimal and allowed."""
    try:
        if _DECIMALS.fullmatch(text):
            return ipaddress.IPv4Address(".".join(str(int(part)) for part in text.split(".")))
        return ipaddress.IPv6Address(text) if ":" in text and "%" not in text else None
    except ValueError:
        return None


def parse_cidr(text: str) -> Network | None:
    """The network that a text in CIDR notation means, or None."""
    address_text, slash, length = text.partition("/")
    address = parse_ip(address_text)
    if address is None or not slash or not length.isascii() or not length.isdigit():
        return None
    if int(length) > address.max_prefixlen:
        return None
    return ipaddress.ip_network(f"{address}/{int(length)}", strict=False)


def is_ipv6(text: str) -> bool:
    """Whether the text is an IPv6 address (and not an IPv4 address in IPv6 notation)."""
    address = parse_ip(text)
    return isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None


def is_ipv4(text: str) -> bool:
    """Whether the text is an IPv4 address, in either notation."""
    return parse_ip(text) is not None and not is_ipv6(text)


def is_dual_stack(texts: tuple[str, ...]) -> bool:
    """Whether addresses or networks are of both families."""
    families = {is_ipv6(text.partition("/")[0]) for text in texts}
    return len(families) == 2


def _has_leading_zeros(text: str) -> bool:
    return bool(_DECIMALS.fullmatch(text)) and any(len(part) > 1 and part[0] == "0" for part in text.split("."))


def ip(path: str, text: str, known: tuple[str, ...] = ()) -> Errors:
    """What is wrong with an IP address; one that was there before is left alone."""
    if text in known:
        return
    address = parse_ip(text)
    if address is None:
        yield invalid(path, text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")
        return
    if _has_leading_zeros(text):
        yield invalid(path, text, "must not have leading 0s")
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        yield invalid(path, text, "must not be an IPv4-mapped IPv6 address")


def canonical_ip(path: str, text: str) -> Errors:
    """What is wrong with an IP address that must be in its canonical form."""
    found = tuple(ip(path, text))
    yield from found
    address = parse_ip(text)
    if not found and address is not None and str(address) != text:
        yield invalid(path, text, f'must be in canonical form ("{address}")')


def cidr(path: str, text: str, known: tuple[str, ...] = ()) -> Errors:
    """What is wrong with a network in CIDR notation; one that was there before is left alone."""
    if text in known:
        return
    network = parse_cidr(text)
    if network is None:
        yield invalid(path, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")
        return
    address_text, _, length = text.partition("/")
    address = parse_ip(address_text)
    if _has_leading_zeros(address_text) or (len(length) > 1 and length.startswith("0")):
        yield invalid(path, text, "must not have leading 0s in IP or prefix length")
    elif isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        yield invalid(path, text, "must not have an IPv4-mapped IPv6 address")
    elif address != network.network_address:
        yield invalid(path, text, "must not have bits set beyond the prefix length")


def endpoint_ip(path: str, text: str) -> Errors:
    """What is wrong with an address that others are to be sent to: it must be an ordinary one."""
    address = parse_ip(text)
    if address is None:
        yield invalid(path, text, "must be a valid IP address")
        return
    if address.is_unspecified:
        yield invalid(path, text, f"may not be unspecified ({text})")
    if address.is_loopback:
        yield invalid(path, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)")
    if address.is_link_local:
        yield invalid(path, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)")
    if address.is_multicast and _is_link_local_multicast(address):
        yield invalid(path, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")


def _is_link_local_multicast(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return address.packed[:3] == b"\xe0\x00\x00"
    return address.packed[1] & 0x0F == 2
