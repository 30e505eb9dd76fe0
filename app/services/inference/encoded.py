"""Files in text."""

import binascii
from base64 import b64decode

# Base64 for addresses (RFC 4648, section 5) as standard base64.
_STANDARD = bytes.maketrans(b"-_", b"+/")


def from_base64(text: str) -> bytes:
    """The file in a text in base64, with or without padding, or in a data URL in base64.

    Raises:
        ValueError: the text is neither; the message says so, without quoting it.
    """
    if text.startswith("data:"):
        head, _, text = text.partition(",")
        if not head.endswith(";base64"):
            raise ValueError("this data URL is not in base64")
    encoded = text.encode("ascii", "replace").translate(_STANDARD, b" \t\r\n=")
    try:
        return b64decode(encoded + b"=" * (-len(encoded) % 4), validate=True)
    except binascii.Error:
        raise ValueError("this is not base64") from None
