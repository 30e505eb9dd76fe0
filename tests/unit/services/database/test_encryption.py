"""A sealed object opens only with its key, under its name and unchanged."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.database.encryption import CannotDecrypt, Keyring

OLD, NEW = os.urandom(32), os.urandom(32)


@given(content=st.binary(max_size=2000), name=st.text(max_size=80))
def test_a_sealed_object_can_be_opened(content: bytes, name: str):
    ring = Keyring([OLD])
    assert ring.open(ring.seal(content, name), name) == content


def test_ciphertexts_are_unique_and_hide_the_content():
    ring = Keyring([OLD])
    content = b"a picture of a patient" * 10
    sealed = {ring.seal(content, "name") for _ in range(100)}
    assert len(sealed) == 100
    assert not any(b"patient" in one for one in sealed)


def test_keys_can_be_rotated():
    before = Keyring([OLD]).seal(b"scan", "name")
    changed = Keyring([NEW, OLD])
    assert changed.open(before, "name") == b"scan"
    after = changed.seal(b"scan", "name")
    assert Keyring([NEW]).open(after, "name") == b"scan"
    for ring, sealed in ((Keyring([NEW]), before), (Keyring([OLD]), after)):
        with pytest.raises(CannotDecrypt, match="a key that is not configured"):
            ring.open(sealed, "name")


def test_a_renamed_object_does_not_open():
    ring = Keyring([OLD])
    with pytest.raises(CannotDecrypt):
        ring.open(ring.seal(b"scan", "name"), "other")


def test_a_change_of_any_byte_is_detected():
    ring = Keyring([OLD])
    sealed = ring.seal(b"scan", "name")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(CannotDecrypt):
            ring.open(bytes(changed), "name")
    for length in range(len(sealed)):
        with pytest.raises(CannotDecrypt):
            ring.open(sealed[:length], "name")
