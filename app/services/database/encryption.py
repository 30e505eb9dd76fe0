"""Encryption of stored pictures and secrets: AES-GCM with keys from the settings."""

import hashlib
import os
from collections.abc import Sequence
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# A sealed object consists of a format marker, the id of its key, a nonce, and the output of AES-GCM.
_FORMAT = b"SCAN\x01"
_KEY_ID_BYTES = 8
_NONCE_BYTES = 12
_HEADER_BYTES = len(_FORMAT) + _KEY_ID_BYTES + _NONCE_BYTES
_DERIVED_BYTES = 32


class CannotDecrypt(Exception):
    """The object was sealed with a key that is not configured, or it was changed or renamed."""


class Keyring:
    """Encryption keys by id. The first one seals, all of them open, so that keys can be rotated."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}

    @classmethod
    def derived(cls, keys: Sequence[bytes], purpose: str) -> Self:
        """A keyring of keys that are derived for one purpose (HKDF, RFC 5869): it opens only what it sealed."""
        return cls([HKDF(SHA256(), _DERIVED_BYTES, salt=None, info=purpose.encode()).derive(key) for key in keys])

    @property
    def fingerprints(self) -> list[str]:
        """The ids of the keys in hexadecimal digits, as `key_of` returns them."""
        return [key.hex() for key in self._ciphers]

    def __bool__(self) -> bool:
        """Whether there is a key."""
        return bool(self._ciphers)

    def is_current(self, sealed: bytes) -> bool:
        """Whether an object was sealed with the key that seals now."""
        return sealed[len(_FORMAT) :].startswith(next(iter(self._ciphers), b"\0" * _KEY_ID_BYTES))

    def seal(self, content: bytes, name: str) -> bytes:
        """Encrypt the content of an object. It can be opened only under the same name."""
        # Random nonces are safe for 2^32 objects per key (NIST SP 800-38D, section 8.3).
        nonce = os.urandom(_NONCE_BYTES)
        current, cipher = next(iter(self._ciphers.items()))
        header = _FORMAT + current + nonce
        return header + cipher.encrypt(nonce, content, header + name.encode())

    def open(self, sealed: bytes, name: str) -> bytes:
        """Decrypt the content of an object.

        Raises:
            CannotDecrypt: the object was sealed with another key or under another name, or was changed.
        """
        header, encrypted = sealed[:_HEADER_BYTES], sealed[_HEADER_BYTES:]
        nonce = header[-_NONCE_BYTES:]
        cipher = self._ciphers.get(header[len(_FORMAT) : -_NONCE_BYTES])
        if len(header) < _HEADER_BYTES or not header.startswith(_FORMAT) or cipher is None:
            raise CannotDecrypt("it was sealed with a key that is not configured")
        try:
            return cipher.decrypt(nonce, encrypted, header + name.encode())
        except InvalidTag as error:
            raise CannotDecrypt("it was changed, or sealed under another name") from error


def key_of(sealed: bytes) -> str:
    """The fingerprint of the key that sealed an object."""
    return sealed[len(_FORMAT) : len(_FORMAT) + _KEY_ID_BYTES].hex()


def _key_id(key: bytes) -> bytes:
    """A key's id: a hash, which does not reveal the random key."""
    return hashlib.sha256(b"key id" + key).digest()[:_KEY_ID_BYTES]
