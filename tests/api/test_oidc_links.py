"""Logins at a provider, seen and unlinked by whose they are."""

from __future__ import annotations

import asyncio
import secrets

import pytest
from httpx2 import AsyncClient, Response
from tests.api.provider import Json, Provider
from tests.api.sessions import PASSWORD, bearer, new_player, new_session, status_of_me
from tests.api.test_oidc import client, come_in, me, provider

from hagame.core.tables import Identity

pytestmark = pytest.mark.anyio
__all__ = ["client", "provider"]


async def links(client: AsyncClient, tokens: Json) -> list[Json]:
    answer = await client.get("/auth/oidc/links", headers=bearer(tokens))
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()
    return found


async def unlinked(client: AsyncClient, tokens: Json, link: Json, **body: str) -> Response:
    return await client.post(f"/auth/oidc/links/{link['id']}/unlink", json=body, headers=bearer(tokens))


async def test_who_has_a_password_unlinks_by_showing_it(client: AsyncClient, provider: Provider) -> None:
    user = await new_player(client)
    tokens = await new_session(client, user)
    assert await links(client, tokens) == []
    await come_in(client, provider, tokens, password=PASSWORD)
    (link,) = await links(client, tokens)
    assert (link["issuer"], link["works"]) == (provider.settings["oidc_issuer"], True)
    for body in ({}, {"password": "not mine"}):
        refused = await unlinked(client, tokens, link, **body)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/password")
    assert (await unlinked(client, tokens, link, password=PASSWORD)).status_code == 204
    assert await links(client, tokens) == []
    assert await status_of_me(client, tokens) == 200, "the session goes on"
    assert (await me(client, await come_in(client, provider)))["id"] != user["id"], "the login is nobody's any more"
    assert (await unlinked(client, tokens, link, password=PASSWORD)).status_code == 404


async def test_the_last_way_in_stays(client: AsyncClient, provider: Provider) -> None:
    tokens = (await come_in(client, provider)).json()
    (link,) = await links(client, tokens)
    refused = await unlinked(client, tokens, link)
    assert refused.status_code == 409
    assert "only way in" in refused.json()["detail"]
    assert await links(client, tokens) == [link]


async def a_second_link(client: AsyncClient, tokens: Json, issuer: str) -> None:
    user_id = (await client.get("/auth/me", headers=bearer(tokens))).json()["id"]
    async with client._transport.app.state.sessions.begin() as session:  # type: ignore[attr-defined]
        session.add(Identity(issuer=issuer, subject=secrets.token_hex(8), user_id=user_id))


async def test_of_two_logins_one_may_go_though_both_are_asked_at_once(client: AsyncClient, provider: Provider) -> None:
    tokens = (await come_in(client, provider)).json()
    await a_second_link(client, tokens, provider.settings["oidc_issuer"])
    both = await links(client, tokens)
    answers = await asyncio.gather(*(unlinked(client, tokens, link) for link in both))
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    assert len(await links(client, tokens)) == 1


async def test_a_login_at_a_provider_that_is_not_set_is_no_way_in(client: AsyncClient, provider: Provider) -> None:
    tokens = (await come_in(client, provider)).json()
    await a_second_link(client, tokens, "https://elsewhere.example")
    here, elsewhere = sorted(await links(client, tokens), key=lambda link: not link["works"])
    assert (here["works"], elsewhere["works"]) == (True, False)
    assert (await unlinked(client, tokens, here)).status_code == 409
    assert (await unlinked(client, tokens, elsewhere)).status_code == 204


async def test_nobody_unlinks_what_is_not_theirs(client: AsyncClient, provider: Provider) -> None:
    theirs = (await links(client, (await come_in(client, provider)).json()))[0]
    other = await new_session(client)
    assert (await unlinked(client, other, theirs, password=PASSWORD)).status_code == 404
    assert (await client.get("/auth/oidc/links")).status_code == 401
