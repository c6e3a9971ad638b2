"""Who may be connected to. Addresses are judged here in tables; nothing is ever connected to."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.fetch.addresses import parse_networks, refusal

REFUSED = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.8.8.8"),
    *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1"),
    *(
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
    ),
    *(
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12:3456::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "3fff::1",
    ),
    *(
        "100::1",
        "100:0:0:1::1",
        "5f00::1",
        "2001::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "64:ff9b:1::808:808",
        "4000::1",
        "e000::1",
    ),
    # IPv4 inside IPv6: mapped, translated, compatible, NAT64, 6to4, ISATAP
    *(
        "::ffff:127.0.0.1",
        "::ffff:0:10.0.0.1",
        "::192.168.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a00:1::1",
    ),
    *("2606:4700::5efe:127.0.0.1", "2606:4700::200:5efe:10.0.0.1", "not an address", ""),
]
OPEN = [
    *(
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.255.255",
        "172.32.0.1",
        "192.0.1.1",
        "198.17.0.1",
        "198.20.0.1",
        "223.255.255.255",
    ),
    *(
        "2606:4700:4700::1111",
        "2a00:1450::1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::1",
        "2001:4860:4860::8888",
    ),
]


@pytest.mark.parametrize("address", REFUSED)
def test_special_addresses_are_refused_in_every_form(address: str) -> None:
    assert refusal(address)


@pytest.mark.parametrize("address", OPEN)
def test_public_addresses_are_open(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize(
    ("address", "networks", "is_open"),
    [
        ("127.0.0.1", ("127.0.0.0/8",), True),
        ("::ffff:127.0.0.1", ("127.0.0.0/8",), True),
        ("10.1.2.3", ("127.0.0.0/8",), False),
        ("10.1.2.3", ("10.1.0.0/16", "::1/128"), True),
        ("::1", ("::1/128",), True),
        ("::1", ("127.0.0.0/8",), False),
        ("fe80::1%eth0", ("fe80::/10",), True),
    ],
)
def test_networks_can_be_allowed_by_name(address: str, networks: tuple[str, ...], is_open: bool) -> None:
    assert (refusal(address, parse_networks(networks)) is None) is is_open


def test_networks_are_read_or_named() -> None:
    assert parse_networks((" 127.0.0.1/8 ", "")) == (ip_network("127.0.0.0/8"),)
    with pytest.raises(ValueError, match="nonsense"):
        parse_networks(("nonsense",))


@given(st.ip_addresses(v=4))
def test_no_form_of_an_address_is_judged_more_mildly_than_the_address(address: object) -> None:
    plain = ip_address(str(address))
    if refusal(plain) is not None or not plain.is_global:
        number = int(plain)
        for form in (
            f"::ffff:{plain}",
            f"64:ff9b::{plain}",
            f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1",
        ):
            assert refusal(form), form
        assert refusal(plain)
