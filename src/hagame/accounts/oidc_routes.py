"""HTTP of logging in by a provider: parse, call one service function, answer."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Cookie, Depends, Response, status

from hagame.accounts import oidc, oidc_links
from hagame.accounts.access_schemas import (
    OidcBeginIn,
    OidcBegunOut,
    OidcFinishIn,
    OidcLinkOut,
    OidcOut,
    UnlinkIn,
)
from hagame.accounts.dependencies import Lent
from hagame.accounts.oidc_provider import Provider
from hagame.accounts.schemas import TokensOut
from hagame.core.bodies import JsonRoute
from hagame.core.database import Session
from hagame.core.limits import per_address
from hagame.core.problems import responses
from hagame.core.security import Bearer, CurrentUser, MaybeBearer, PassingUser
from hagame.errors import NotFound
from hagame.settings import Settings

PATH = "/auth/oidc"
COOKIE = "hagame_oidc"


async def _no_store(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


def _provider(settings: Settings) -> Provider:
    """Asked for when the body has been read: whatever is set here, a body that makes no sense is told so."""
    if settings.oidc_issuer is None:
        raise NotFound("No login provider is set here.")
    return Provider(settings)


_limit = Depends(per_address("login_address", lambda settings: settings.login_per_minute))

router = APIRouter(
    prefix=PATH,
    tags=["accounts"],
    route_class=JsonRoute,
    responses=responses(422, 503),
    dependencies=[Depends(_no_store)],
)


@router.get("")
async def get_oidc(lent: Lent) -> OidcOut:
    """How the login provider is called, if one is set."""
    return OidcOut(name=lent.settings.oidc_name if lent.settings.oidc_issuer else None)


@router.get("/links", responses=responses(401))
async def list_oidc_links(user: CurrentUser, session: Session, lent: Lent) -> list[OidcLinkOut]:
    """Your logins at providers, by which you may come in here."""
    return await oidc_links.list_links(session, user.id, lent.settings.oidc_issuer)


@router.post("/links/{link_id}/unlink", status_code=status.HTTP_204_NO_CONTENT, responses=responses(401, 404, 409, 429))
async def unlink_oidc(link_id: UUID, body: UnlinkIn, user: PassingUser, claims: Bearer, lent: Lent) -> None:
    """Nobody comes in by this login any more. Refused where you would have no way in; your sessions go on."""
    await oidc_links.unlink(lent, claims, user, link_id, body)


@router.post(
    "/begin",
    responses=responses(401, 404, 429),
    dependencies=[_limit],
    openapi_extra={"security": [{}, {"access-token": []}]},
)
async def begin_oidc(body: OidcBeginIn, claims: MaybeBearer, lent: Lent, response: Response) -> OidcBegunOut:
    """Where the browser goes to log in. A guest's token makes it theirs; with a password it links your account."""
    begun = await oidc.begin(lent, _provider(lent.settings), claims, body)
    response.set_cookie(
        COOKIE,
        begun.browser,
        max_age=int(oidc.LIFE.total_seconds()),
        path=PATH,
        secure=lent.settings.oidc_redirect_url.startswith("https:"),
        httponly=True,
        samesite="strict",
    )
    return OidcBegunOut(url=begun.url)


@router.post("/finish", responses=responses(401, 404, 409, 429), dependencies=[_limit])
async def finish_oidc(
    body: OidcFinishIn,
    lent: Lent,
    browser: Annotated[str | None, Cookie(alias=COOKIE, max_length=128, include_in_schema=False)] = None,
) -> TokensOut:
    """Tokens for who came back from the provider, in the browser that began."""
    return await oidc.finish(lent, _provider(lent.settings), body, browser)
