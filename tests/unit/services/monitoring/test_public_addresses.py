"""No special-purpose address counts as public, whatever the version of Python."""

from ipaddress import ip_network

import pytest

from app.services.monitoring.public_addresses import is_public

# https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry of October 2025, and the
# networks of multicast. Without ::ffff:0:0/96 and 64:ff9b::/96, whose addresses contain an IPv4 address.
SPECIAL = """
0.0.0.0/8 0.0.0.0/32 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.0.0/29
192.0.0.8/32 192.0.0.9/32 192.0.0.10/32 192.0.0.170/32 192.0.0.171/32 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24
192.88.99.0/24 192.88.99.2/32 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4
255.255.255.255/32 224.0.0.0/4 ::1/128 ::/128 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001::/32 2001:1::1/128
2001:1::2/128 2001:1::3/128 2001:2::/48 2001:3::/32 2001:4:112::/48 2001:10::/28 2001:20::/28 2001:30::/28
2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20 5f00::/16 fc00::/7 fe80::/10 ff00::/8
"""
PUBLIC = """
1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.88.98.255
192.88.100.0 192.169.0.0 198.20.0.0 223.255.255.255 2000:: 2001:200:: 2001:db9:: 2003:: 2606:4700:4700::1111
3ffe:ffff:: 3fff:1000::
"""


@pytest.mark.parametrize("network", SPECIAL.split())
def test_the_first_and_the_last_special_purpose_address_are_not_public(network: str):
    found = ip_network(network)
    assert not is_public(str(found[0]))
    assert not is_public(str(found[-1]))


def test_an_ipv4_address_within_an_ipv6_address_decides():
    for wrapped in ("::ffff:", "64:ff9b::"):
        assert not is_public(f"{wrapped}192.0.0.8")
        assert is_public(f"{wrapped}93.184.215.14")
    assert not is_public("::93.184.215.14")
    assert not is_public("fe80::1%eth0")


@pytest.mark.parametrize("address", PUBLIC.split())
def test_the_addresses_beside_them_are_public(address: str):
    assert is_public(address)
