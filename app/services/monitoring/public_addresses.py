"""Whether an address is on the public internet.

A table of our own, since `ipaddress` has another one in each version of Python: up to 3.12 it takes 192.0.0.8 and
192.88.99.1 for public.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# Special-purpose addresses (https://www.iana.org/assignments/iana-ipv4-special-registry), and multicast: no website has
# one, not even of those that can be reached from everywhere.
_SPECIAL_IPV4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
        ),
    )
)
# Everything public is in this network, with these exceptions. Teredo (2001::/32) and 6to4 (2002::/16) lead to IPv4
# addresses inside them.
_GLOBAL_IPV6 = IPv6Network("2000::/3")
_SPECIAL_IPV6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")))
# Networks with an IPv4 address in the last four bytes: it decides.
_WITH_IPV4 = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))


def is_public(text: str) -> bool:
    """Whether an IPv4 or IPv6 address, with a zone or without, is on the public internet."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        if not any(address in network for network in _WITH_IPV4):
            return address in _GLOBAL_IPV6 and not any(address in network for network in _SPECIAL_IPV6)
        address = IPv4Address(int(address) & 0xFFFFFFFF)
    return not any(address in network for network in _SPECIAL_IPV4)
