"""Password strength."""

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from app.models.problems import InvalidParameters
from app.services.accounts.passwords import require_strong
from app.services.accounts.schemas import SHORTEST_PASSWORD

EMAIL = "reader@st-anna.example.org"


def test_common_passwords_are_rejected():
    common = [password for password in FREQUENCY_LISTS["passwords"] if len(password) >= SHORTEST_PASSWORD]
    assert len(common) > 200
    for password in common:
        with pytest.raises(InvalidParameters):
            require_strong(password, EMAIL)


@pytest.mark.parametrize(
    "password",
    [
        "braintumor2026",
        "BrainTumor123",
        "glioma123456",
        "radiology2026",
        "pituitary2026",
        "readerreader",
        "st-annast-anna",
    ],
)
def test_passwords_of_guessable_words_are_rejected(password: str):
    with pytest.raises(InvalidParameters):
        require_strong(password, EMAIL)


@pytest.mark.parametrize("password", ["seven herons on a wire", "herons-brain-wire-tea", "kq7.Vw2!pxTz"])
def test_strong_passwords_are_accepted(password: str):
    require_strong(password, EMAIL)
