"""HTTP of the accounts: parse, call one service function, answer."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from hagame.accounts import (
    access_routes,
    administration,
    cognitive,
    erasure,
    oidc_routes,
    profiles,
    second_factor_routes,
    service,
    summary,
    tokens,
)
from hagame.accounts.archive import archive
from hagame.accounts.dependencies import Lent
from hagame.accounts.schemas import (
    CognitiveProfileIn,
    CognitiveProfileOut,
    EraseIn,
    GuestOut,
    LoginIn,
    Nothing,
    PasswordIn,
    ProfileIn,
    ProfileOut,
    RefreshIn,
    RegisterIn,
    RoleIn,
    TokensOut,
    TraitsAfterMatch,
    UserOut,
)
from hagame.core.bodies import JsonRoute
from hagame.core.database import Session
from hagame.core.limits import per_address
from hagame.core.pagination import Paging
from hagame.core.problems import responses
from hagame.core.schemas import Page
from hagame.core.security import Admin, Bearer, CurrentUser, MaybeBearer
from hagame.core.speech import Language
from hagame.errors import InvalidInput
from hagame.llm.grounded import WordsOut

JSON = "application/json"
ZIP = "application/zip"
FORM = "application/x-www-form-urlencoded"
OAUTH_FIELDS = frozenset({"grant_type", "scope", "client_id", "client_secret"})

# RFC 6749, 5.1: nobody keeps a copy of an answer with tokens.
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


RefreshKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=16,
        max_length=128,
        description="Random; the same call again then gives the same refresh token",
    ),
]


async def _no_store(response: Response) -> None:
    response.headers.update(NO_STORE)


_login_limit = Depends(per_address("login_address", lambda settings: settings.login_per_minute))
_register_limit = Depends(per_address("register", lambda settings: settings.register_per_minute))
_guest_limit = Depends(per_address("guest", lambda settings: settings.guests_per_minute))

auth = APIRouter(
    prefix="/auth",
    tags=["accounts"],
    route_class=JsonRoute,
    responses=responses(422, 503),
    dependencies=[Depends(_no_store)],
)
users = APIRouter(prefix="/users", tags=["people"], route_class=JsonRoute, responses=responses(401, 422, 503))


@auth.post(
    "/register",
    status_code=status.HTTP_201_CREATED,
    responses=responses(401, 409, 429),
    dependencies=[_register_limit],
    openapi_extra={"security": [{}, {"access-token": []}]},
)
async def register(body: RegisterIn, guest: MaybeBearer, session: Session, lent: Lent) -> UserOut:
    """A new account. With the access token of a guest, that guest becomes it and keeps all games and tokens."""
    return UserOut.model_validate(await service.register(session, lent.hasher, body, guest))


async def _credentials(request: Request) -> LoginIn:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM:
        given = await _form(request)
    elif kind == JSON:
        given = await request.json()
    else:
        raise HTTPException(status.HTTP_415_UNSUPPORTED_MEDIA_TYPE, f"Send {JSON} or {FORM}.")
    try:
        return LoginIn.model_validate(given)
    except ValidationError as error:
        raise RequestValidationError([e | {"loc": ("body", *e["loc"])} for e in error.errors()]) from error


async def _form(request: Request) -> dict[str, Any]:
    """The OAuth2 password form (RFC 6749, 4.3.2); clients and scopes mean nothing here."""
    pairs = (await request.form()).multi_items()
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise InvalidInput("A field may occur only once in a form.")
    if fields.get("grant_type", "password") != "password":
        raise InvalidInput("grant_type must be password.", field="/grant_type")
    return {name: value for name, value in fields.items() if name not in OAUTH_FIELDS}


_FORM_SCHEMA = {
    "type": "object",
    "required": ["username", "password"],
    "properties": {
        "grant_type": {"type": "string", "const": "password"},
        "username": {"type": "string", "minLength": 1, "maxLength": 254},
        "password": {"type": "string", "format": "password", "minLength": 1, "maxLength": 256},
        "totp": {"type": "string", "pattern": "^[A-Za-z0-9\\- ]{6,32}$"},
        "scope": {"type": "string"},
        "client_id": {"type": "string"},
        "client_secret": {"type": "string"},
    },
    "additionalProperties": False,
}
_LOGIN_EXAMPLE = {"username": "ada@example.com", "password": "four quiet otters swim"}
_LOGIN_BODY = {
    "required": True,
    "content": {
        FORM: {"schema": _FORM_SCHEMA, "example": {"grant_type": "password", **_LOGIN_EXAMPLE}},
        JSON: {"schema": LoginIn.model_json_schema(), "example": _LOGIN_EXAMPLE},
    },
}


@auth.post(
    "/login",
    responses=responses(400, 401, 415, 429),
    dependencies=[_login_limit],
    openapi_extra={"requestBody": _LOGIN_BODY},
)
async def login(body: Annotated[LoginIn, Depends(_credentials)], lent: Lent) -> TokensOut:
    """Tokens for a username or email and a password, as the OAuth2 password form or as JSON.

    Whose account has a second factor sends its code as `totp`; without one the problem is `code-needed`.
    """
    return await tokens.login(lent, body)


@auth.post("/refresh", responses=responses(401))
async def refresh(body: RefreshIn, lent: Lent, key: RefreshKey = None) -> TokensOut:
    """The next pair of tokens. Each refresh token works once; a used one that comes again ends its session.

    A call whose answer was lost may be repeated with the same `Idempotency-Key`, which nobody else can guess.
    """
    return await tokens.refresh(lent, body.refresh_token, key)


@auth.post("/logout", status_code=status.HTTP_204_NO_CONTENT)
async def logout(body: RefreshIn, session: Session, lent: Lent) -> None:
    """End the session of this refresh token at once, its access tokens too."""
    await tokens.logout(session, lent.settings, body.refresh_token)


@auth.post("/logout-all", status_code=status.HTTP_204_NO_CONTENT, responses=responses(401))
async def logout_all(user: CurrentUser, session: Session, _: Nothing | None = None) -> None:
    """End all your sessions at once, this one too."""
    await tokens.logout_all(session, user)


@auth.post("/password", status_code=status.HTTP_204_NO_CONTENT, responses=responses(401, 409, 429))
async def change_password(body: PasswordIn, claims: Bearer, lent: Lent) -> None:
    """Set a new password. All your sessions end, this one too: log in with the new one."""
    await service.change_password(lent, claims, body)


@auth.post("/guest", status_code=status.HTTP_201_CREATED, responses=responses(429), dependencies=[_guest_limit])
async def create_guest(session: Session, lent: Lent, _: Nothing | None = None) -> GuestOut:
    """A player at once, without email and password. Register with its token to keep it."""
    return await service.create_guest(session, lent.settings, lent.device)


@auth.get("/me", responses=responses(401))
async def get_me(user: CurrentUser) -> UserOut:
    """Who you are."""
    return UserOut.model_validate(user)


@users.get("/me/profile")
async def get_profile(user: CurrentUser, session: Session) -> ProfileOut:
    """Your display name, language and preferences."""
    return await profiles.get_profile(session, user.id)


@users.put("/me/profile")
async def set_profile(body: ProfileIn, user: CurrentUser, session: Session) -> ProfileOut:
    """Set what the body names; the rest stays."""
    return await profiles.set_profile(session, user.id, body)


@users.get(
    "/me/export",
    response_class=StreamingResponse,
    responses={200: {"content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export_me(user: CurrentUser, request: Request) -> StreamingResponse:
    """Everything about you as one ZIP of JSON lines, without secrets and without what is still sealed."""
    content = archive(request.app.state.engine, user.id)
    file = {"Content-Disposition": f'attachment; filename="hagame-{user.username}.zip"'}
    return StreamingResponse(content, media_type=ZIP, headers=file)


@users.delete("/me", status_code=status.HTTP_204_NO_CONTENT, responses=responses(409, 429))
async def erase_me(claims: Bearer, lent: Lent, body: EraseIn | None = None) -> None:
    """Erase yourself: who you are and all sessions at once, all you played within minutes. There is no way back.

    Whose account has a password shows it once more.
    """
    await erasure.erase_me(lent, claims, body or EraseIn())


@users.get("/me/cognitive-profile")
async def get_cognitive_profile(user: CurrentUser, session: Session, language: Language) -> CognitiveProfileOut:
    """What you say of how you think, and what your play says: each trait with its interval and evidence."""
    return await cognitive.get_cognitive_profile(session, user.id, language)


@users.put("/me/cognitive-profile")
async def set_cognitive_profile(
    body: CognitiveProfileIn, user: CurrentUser, session: Session, language: Language
) -> CognitiveProfileOut:
    """Set declared traits and the consent to modelling; the rest stays. What was inferred cannot be set."""
    return await cognitive.set_cognitive_profile(session, user.id, body, language)


@users.post("/me/cognitive-profile/summary", responses=responses(409))
async def summarise_cognitive_profile(claims: Bearer, request: Request, _: Nothing | None = None) -> WordsOut:
    """What your play says of you in plain words, by a language model from the inferred traits alone."""
    state = request.app.state
    return await summary.summarise(state.sessions, state.llm, claims)


@users.get("/me/cognitive-profile/history")
async def list_cognitive_history(
    user: CurrentUser, session: Session, paging: Paging, language: Language
) -> Page[TraitsAfterMatch]:
    """How the traits moved: what was known after each match, newest first."""
    return await cognitive.list_history(session, user.id, paging, language)


@users.put("/{user_id}/role", responses=responses(403, 404, 409))
async def set_role(user_id: UUID, body: RoleIn, admin: Admin, session: Session) -> UserOut:
    """Give a person another role. For administrators; to others this does not exist."""
    return UserOut.model_validate(await administration.set_role(session, admin, user_id, body.role))


router = APIRouter()
router.include_router(auth)
router.include_router(users)
router.include_router(access_routes.router)
router.include_router(second_factor_routes.router)
router.include_router(oidc_routes.router)
