"""HTTP of the second factor: parse, call one service function, answer."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response, status

from hagame.accounts import second_factor
from hagame.accounts.access_schemas import (
    CodeIn,
    NewSecondFactorOut,
    PasswordAndCodeIn,
    ProofIn,
    RecoveryCodesOut,
    SecondFactorOut,
)
from hagame.accounts.dependencies import Lent
from hagame.core.bodies import JsonRoute
from hagame.core.database import Session
from hagame.core.problems import responses
from hagame.core.security import Bearer, CurrentUser, PassingUser


async def _no_store(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


router = APIRouter(
    prefix="/users/me/second-factor",
    tags=["accounts"],
    route_class=JsonRoute,
    responses=responses(401, 422, 503),
    dependencies=[Depends(_no_store)],
)


@router.get("")
async def get_second_factor(user: CurrentUser, session: Session) -> SecondFactorOut:
    """Whether logging in asks you for a code, and how many recovery codes are left."""
    return await second_factor.tell(session, user.id)


@router.post("", status_code=status.HTTP_201_CREATED, responses=responses(409, 429))
async def begin_second_factor(body: ProofIn, claims: Bearer, lent: Lent) -> NewSecondFactorOut:
    """A secret for your authenticator app. It is in force when you confirm it with a first code."""
    return await second_factor.begin(lent, claims, body)


@router.post("/confirm", responses=responses(409, 429))
async def confirm_second_factor(body: CodeIn, user: PassingUser, claims: Bearer, lent: Lent) -> RecoveryCodesOut:
    """Put it in force, and get recovery codes. Refresh your tokens: this session then counts as made with it."""
    return await second_factor.confirm(lent, claims, user, body)


@router.post("/recovery-codes", responses=responses(409, 429))
async def renew_recovery_codes(body: CodeIn, user: PassingUser, lent: Lent) -> RecoveryCodesOut:
    """Fresh recovery codes; those before are worthless."""
    return await second_factor.renew_codes(lent, user, body)


@router.post("/disable", status_code=status.HTTP_204_NO_CONTENT, responses=responses(409, 429))
async def disable_second_factor(body: PasswordAndCodeIn, claims: Bearer, lent: Lent) -> None:
    """Take it away. All your sessions end, this one too."""
    await second_factor.disable(lent, claims, body)
