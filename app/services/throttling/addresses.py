"""Groups network addresses by host."""

from ipaddress import IPv4Address, IPv6Network, ip_address

# A household or a machine usually gets a whole /64 of IPv6 addresses.
_IPV6_PREFIX_BITS = 64


def network_of(address: str) -> str:
    """The part of a client address that limits count by.

    An IPv4 address counts as itself, also if it is mapped into IPv6; any other IPv6 address counts as its /64 network.
    Text that is not an address is returned unchanged.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or IPv6Network((parsed, _IPV6_PREFIX_BITS), strict=False))
