"""Who may be connected to: public addresses, and networks that the user allows by name.

A feed's address, or a redirect behind it, may point into the machine or the network that Dateline runs in. So every
address is judged when it is connected to, after the name was resolved, on every hop. The table follows IANA's
special-purpose registries (RFC 6890 and its updates); it is our own because ``ipaddress.is_global`` alone lets through
IPv4 addresses that are written inside IPv6 ones.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_V4: Final = tuple(
    (IPv4Network(network), what)
    for network, what in (
        ("0.0.0.0/8", "this network (RFC 791)"),
        ("10.0.0.0/8", "a private network (RFC 1918)"),
        ("100.64.0.0/10", "a provider's shared network (RFC 6598)"),
        ("127.0.0.0/8", "this machine (RFC 1122)"),
        ("169.254.0.0/16", "the local link, where clouds keep their metadata (RFC 3927)"),
        ("172.16.0.0/12", "a private network (RFC 1918)"),
        ("192.0.0.0/24", "protocol assignments (RFC 6890)"),
        ("192.0.2.0/24", "documentation (RFC 5737)"),
        ("192.88.99.0/24", "6to4 relays (RFC 7526)"),
        ("192.168.0.0/16", "a private network (RFC 1918)"),
        ("198.18.0.0/15", "benchmarks (RFC 2544)"),
        ("198.51.100.0/24", "documentation (RFC 5737)"),
        ("203.0.113.0/24", "documentation (RFC 5737)"),
        ("224.0.0.0/4", "multicast (RFC 5771)"),
        ("240.0.0.0/4", "reserved or broadcast (RFC 1112)"),
    )
)

_V6: Final = tuple(
    (IPv6Network(network), what)
    for network, what in (
        ("::/128", "the unspecified address (RFC 4291)"),
        ("::1/128", "this machine (RFC 4291)"),
        ("64:ff9b:1::/48", "local NAT64, which may lead anywhere (RFC 8215)"),
        ("100::/63", "discarded or dummy (RFC 6666, RFC 9780)"),
        ("2001::/32", "Teredo, which may lead anywhere (RFC 4380)"),
        ("2001:2::/48", "benchmarks (RFC 5180)"),
        ("2001:10::/28", "ORCHID (RFC 4843)"),
        ("2001:20::/28", "ORCHIDv2 (RFC 7343)"),
        ("2001:db8::/32", "documentation (RFC 3849)"),
        ("3fff::/20", "documentation (RFC 9637)"),
        ("5f00::/16", "segment routing (RFC 9602)"),
        ("fc00::/7", "a private network (RFC 4193)"),
        ("fe80::/10", "the local link (RFC 4291)"),
        ("fec0::/10", "a site's own network (RFC 3879)"),
        ("ff00::/8", "multicast (RFC 4291)"),
    )
)

_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_MAPPED: Final = IPv6Network("::ffff:0:0/96")
_TRANSLATED: Final = IPv6Network("::ffff:0:0:0/96")
_COMPATIBLE: Final = IPv6Network("::/96")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_6TO4: Final = IPv6Network("2002::/16")
_ISATAP: Final = (0x00005EFE, 0x02005EFE)

NOTHING_ALLOWED: Final[tuple[Network, ...]] = ()


def refusal(address: Address | str, allowed: tuple[Network, ...] = NOTHING_ALLOWED) -> str | None:
    """Say why an address must not be connected to, or None when it may be.

    Args:
        address: As resolved; a zone (``%eth0``) does not matter.
        allowed: Networks that are let through whatever they are, for the demo and for intranets.

    Returns:
        What the address stands for, fit for "X is ...", or None.
    """
    try:
        judged = ip_address(address) if isinstance(address, str) else address
    except ValueError:
        return "not an IP address"
    if isinstance(judged, IPv4Address):
        return _refusal_v4(judged, allowed)
    return _refusal_v6(judged, allowed)


def parse_networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    """Read networks such as ``127.0.0.0/8`` or ``::1``.

    Raises:
        ValueError: One of them is no network; names it.
    """
    return tuple(ip_network(text.strip(), strict=False) for text in texts if text.strip())


def _refusal_v4(address: IPv4Address, allowed: tuple[Network, ...]) -> str | None:
    if any(isinstance(network, IPv4Network) and address in network for network in allowed):
        return None
    return next((what for network, what in _V4 if address in network), None)


def _refusal_v6(address: IPv6Address, allowed: tuple[Network, ...]) -> str | None:
    plain = IPv6Address(int(address))  # membership tests refuse addresses with a zone
    if any(isinstance(network, IPv6Network) and plain in network for network in allowed):
        return None
    if what := next((what for network, what in _V6 if plain in network), None):
        return what
    inner = _inside(plain)
    if inner is not None:
        why = _refusal_v4(inner, allowed)
        return f"{inner} in IPv6 form, which is {why}" if why else None
    if plain not in _GLOBAL_UNICAST:
        return "outside the addresses that IANA has given out (2000::/3)"
    return None


def _inside(address: IPv6Address) -> IPv4Address | None:
    """Give the IPv4 address that an IPv6 address carries and leads to, or None."""
    number = int(address)
    if any(address in network for network in (_MAPPED, _TRANSLATED, _COMPATIBLE, _NAT64)):
        return IPv4Address(number & 0xFFFFFFFF)
    if address in _6TO4:
        return IPv4Address((number >> 80) & 0xFFFFFFFF)
    if (number >> 32) & 0xFFFFFFFF in _ISATAP:  # RFC 5214
        return IPv4Address(number & 0xFFFFFFFF)
    return None
