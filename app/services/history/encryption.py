"""What is kept of scans, encrypted at rest: AES-GCM with keys from the settings."""

import hashlib
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# A sealed object: which format this is, which key sealed it, a nonce, and what AES-GCM makes of the content.
_FORMAT = b"SCAN\x01"
_KEY_ID_BYTES = 8
_NONCE_BYTES = 12
_HEADER_BYTES = len(_FORMAT) + _KEY_ID_BYTES + _NONCE_BYTES


class CannotDecrypt(Exception):
    """The object was sealed with a key that is not set, or is not what was sealed under this name."""


class Keyring:
    """Several keys, by their ids: the first seals, all of them open. So keys are changed one at a time."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}

    def seal(self, content: bytes, name: str) -> bytes:
        """Encrypt an object's content, such that it opens under its own name alone."""
        # A random nonce serves for 2^32 objects under one key (NIST SP 800-38D, section 8.3).
        nonce = os.urandom(_NONCE_BYTES)
        current, cipher = next(iter(self._ciphers.items()))
        header = _FORMAT + current + nonce
        return header + cipher.encrypt(nonce, content, header + name.encode())

    def open(self, sealed: bytes, name: str) -> bytes:
        """Decrypt an object's content.

        Raises:
            CannotDecrypt: it was sealed with another key, under another name, or has changed since.
        """
        header, encrypted = sealed[:_HEADER_BYTES], sealed[_HEADER_BYTES:]
        nonce = header[-_NONCE_BYTES:]
        cipher = self._ciphers.get(header[len(_FORMAT) : -_NONCE_BYTES])
        if len(header) < _HEADER_BYTES or not header.startswith(_FORMAT) or cipher is None:
            raise CannotDecrypt("no key that is set has sealed it")
        try:
            return cipher.decrypt(nonce, encrypted, header + name.encode())
        except InvalidTag as error:
            raise CannotDecrypt("it is not what was sealed under this name") from error


def _key_id(key: bytes) -> bytes:
    """A key's id: it tells nothing of the key, which is random."""
    return hashlib.sha256(b"key id" + key).digest()[:_KEY_ID_BYTES]
