"""A consent that is withdrawn in the middle of a match: what is decided without it is never modelled, even later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from httpx2 import AsyncClient
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.api.playing import begin, move
from tests.conftest import Headers

from hagame.aimodels.data import WHAT
from hagame.core.tables import Decision
from hagame.reports.statistics import count_finished

pytestmark = pytest.mark.anyio

Sessions = async_sessionmaker[AsyncSession]


async def consent(client: AsyncClient, who: Headers, *, given: bool) -> None:
    body = {"modelling_consent": given}
    assert (await client.put("/users/me/cognitive-profile", json=body, headers=who)).status_code == 200


async def played(client: AsyncClient, who: Headers) -> str:
    """A match of which the first move and the last are with consent, and the two between them without."""
    instance: str = (await begin(client, who))["id"]
    for turn, given in enumerate((True, False, False, True), 1):
        await consent(client, who, given=given)
        assert (await move(client, who, instance, turn)).status_code == 200
    return instance


async def test_each_decision_keeps_whether_it_may_be_modelled(
    client: AsyncClient, me: Headers, sessions: Sessions
) -> None:
    instance = await played(client, me)
    async with sessions() as session:
        query = select(Decision.modelled).where(Decision.instance_id == UUID(instance)).order_by(Decision.turn)
        assert list(await session.scalars(query)) == [True, False, False, True]


async def test_trainings_get_what_was_decided_with_consent_alone(
    client: AsyncClient, me: Headers, sessions: Sessions
) -> None:
    await played(client, me)
    who = UUID((await client.get("/auth/me", headers=me)).json()["id"])
    async with sessions() as session:
        games = list(await session.scalars(text("SELECT id FROM game_definitions")))
        asked = {"people": [who], "definitions": games, "since": None, "until": datetime.now(UTC) + timedelta(hours=1)}
        rows = (await session.execute(WHAT, asked)).all()
    assert len(rows) == 2
    assert rows[0].stretch != rows[1].stretch, "what lies apart does not follow each other"


async def test_statistics_count_what_was_decided_with_consent_alone(
    client: AsyncClient, me: Headers, sessions: Sessions
) -> None:
    instance = await played(client, me)
    await client.post(f"/games/instances/{instance}/abandon", headers=me)
    sums = text("SELECT matches, decisions, payoff FROM play_sums WHERE user_id = :user")
    who = (await client.get("/auth/me", headers=me)).json()["id"]
    async with sessions.begin() as session:
        while await count_finished(session, 1000):
            pass
        (row,) = (await session.execute(sums, {"user": who})).all()
        payoff = text("SELECT sum(payoff) FROM user_decision_logs WHERE instance_id = :id AND turn IN (1, 4)")
        assert tuple(row) == (1, 2, await session.scalar(payoff, {"id": instance}))


async def test_the_next_match_learns_nothing_from_one_with_a_decision_without_consent(
    client: AsyncClient, me: Headers
) -> None:
    first = await begin(client, me)
    await move(client, me, first["id"], 1)
    assert (await begin(client, me))["belief_from"] == first["id"]
    await played(client, me)
    assert (await begin(client, me))["belief_from"] == first["id"]
