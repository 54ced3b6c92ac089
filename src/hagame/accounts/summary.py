"""A cognitive profile in plain words, written by a language model from inferred traits alone."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.accounts.cognitive import infer
from hagame.core.security import Claims, current_user
from hagame.errors import Conflict
from hagame.llm import Caller, Gateway
from hagame.llm.grounded import WordsOut, write
from hagame.mind.feedback import trait_facts

PROMPT = "profile-summary"


async def summarise(sessions: async_sessionmaker[AsyncSession], gateway: Gateway, claims: Claims) -> WordsOut:
    """What the traits say, in words. Raises `Unauthenticated`, and `Conflict` when nothing has been inferred.

    Parameters of cognitive models are left to the profile, where each says what it does not mean.
    No connection to the database is held while the model writes.
    """
    async with sessions() as session:
        user = await current_user(claims, session)
        inferred = await infer(session, user.id)
    facts = list(trait_facts(inferred))
    if not facts:
        raise Conflict("Nothing has been inferred of you: play first, and with consent to modelling.")
    written = await write(gateway, Caller(user.id, user.role, purpose=PROMPT), PROMPT, facts)
    return WordsOut.model_validate(written.to_json(facts))
