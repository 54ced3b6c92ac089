"""Passwords and access tokens, without the network."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagame.accounts.nicknames import ADJECTIVES, ANIMALS, guest_name
from hagame.accounts.passwords import check_password
from hagame.core.security import Hasher, make_token, read_token
from hagame.core.tables import User
from hagame.errors import InvalidInput, Unauthenticated
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

KEY = "a key of this test, long enough for SHA-512, which wants sixty-four bytes"
NAMES = ("adalove", "ada.love@example.org")


def make_settings(algorithm: str = "HS256", minutes: int = 60) -> Settings:
    return Settings(secret_key=KEY, algorithm=algorithm, access_token_expire_minutes=minutes)


SETTINGS = make_settings()


def somebody() -> User:
    return User(id=uuid4(), username="ada", role="researcher", session_version=3)


def weak_hasher(time_cost: int = 1) -> Hasher:
    return Hasher(time_cost=time_cost, memory_kib=8, parallelism=1)


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_a_token_says_who_it_was_made_for(algorithm: str) -> None:
    settings, user, now = make_settings(algorithm), somebody(), datetime.now(UTC)
    claims = read_token(settings, make_token(settings, user, now))
    assert (claims.user_id, claims.role, claims.session_version) == (user.id, "researcher", 3)
    assert claims.expires_at == int((now + timedelta(minutes=60)).timestamp())


def test_tokens_of_the_same_moment_differ() -> None:
    settings, user, now = make_settings(), somebody(), datetime.now(UTC)
    assert make_token(settings, user, now) != make_token(settings, user, now)


def test_a_token_lives_as_long_as_the_settings_say() -> None:
    settings, user, now = make_settings(minutes=5), somebody(), datetime.now(UTC)
    assert read_token(settings, make_token(settings, user, now - timedelta(minutes=4, seconds=50)))
    with pytest.raises(Unauthenticated, match="expired"):
        read_token(settings, make_token(settings, user, now - timedelta(minutes=5, seconds=1)))


def test_a_server_whose_clock_is_a_little_behind_takes_a_fresh_token() -> None:
    settings, user, now = make_settings(), somebody(), datetime.now(UTC)
    assert read_token(settings, make_token(settings, user, now + timedelta(seconds=30)))
    with pytest.raises(Unauthenticated):
        read_token(settings, make_token(settings, user, now + timedelta(minutes=5)))


@given(st.text(max_size=200) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_no_text_whatever_breaks_the_reading_of_tokens(text: str) -> None:
    with pytest.raises(Unauthenticated):
        read_token(SETTINGS, text)


async def test_a_hash_fits_its_password_alone() -> None:
    hasher = weak_hasher()
    stored = await hasher.hash("correct horse")
    assert stored.startswith("$argon2id$")
    assert stored != await hasher.hash("correct horse")
    assert await hasher.verify("correct horse", stored) == (True, None)
    for wrong in ("Correct horse", "correct horse ", "", "correct\x00horse"):
        assert await hasher.verify(wrong, stored) == (False, None)


async def test_nobody_has_no_password() -> None:
    for password in ("", "correct horse", "\x00"):
        assert await weak_hasher().verify(password, None) == (False, None)


async def test_a_hash_of_older_parameters_is_renewed() -> None:
    stored = await weak_hasher().hash("correct horse")
    fits, renewed = await weak_hasher(time_cost=2).verify("correct horse", stored)
    assert fits
    assert renewed is not None
    assert await weak_hasher(time_cost=2).verify("correct horse", renewed) == (True, None)


async def test_the_same_characters_from_another_keyboard_are_the_same_password() -> None:
    hasher = weak_hasher()
    assert (await hasher.verify("ne\u0301e Ⅸ", await hasher.hash("n\u00e9e IX")))[0]


@pytest.mark.parametrize(
    "password",
    ["x", "dragon", "PASSWORD", "letmein123", "adalove1", "aaaaaaaaaaaaaaaaaaaa", "passwordpassword", *NAMES],
)
async def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(InvalidInput, match="12 characters or more") as refused:
        await check_password(password, names=NAMES, field="/password")
    assert refused.value.field == "/password"


@pytest.mark.parametrize("password", ["v9#Kq2!zLw", "four quiet otters swim", "näher 7 Brücken", "x1" * 128])
async def test_strong_passwords_are_taken(password: str) -> None:
    await check_password(password, names=NAMES, field="/password")


def test_names_of_guests_fit_the_rule_for_usernames() -> None:
    for words in (ADJECTIVES, ANIMALS):
        assert len(set(words)) == len(words) > 60
        assert all(word.isascii() and word.islower() for word in words)
    longest = f"guest-{max(ADJECTIVES, key=len)}-{max(ANIMALS, key=len)}-9999"
    assert len(longest) <= 32
    assert guest_name() != guest_name()
