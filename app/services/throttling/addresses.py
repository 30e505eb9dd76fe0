"""What of a network address stands for one host."""

from ipaddress import IPv4Address, IPv6Network, ip_address

# What one household, or one machine, is given of IPv6: a host has all addresses of it.
_IPV6_PREFIX_BITS = 64


def host_of(address: str) -> IPv4Address | IPv6Network | None:
    """The address, also where IPv6 has it mapped, or of IPv6 its network; None for what is no address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, IPv4Address):
        return parsed
    return parsed.ipv4_mapped or IPv6Network((parsed, _IPV6_PREFIX_BITS), strict=False)
