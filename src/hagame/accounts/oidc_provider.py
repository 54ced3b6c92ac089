"""A login provider by OpenID Connect Core 1.0: where people are sent, and who came back.

Authorization code with PKCE (RFC 7636), state and nonce; an ID token counts when issuer, audience, times, nonce and the
signature by a key of the provider are right (3.1.3.7). Logins are rare, so what the provider says of itself is read
each time, and keys may change whenever they like.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

import structlog
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from httpx2 import HTTPError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import EmailStr, TypeAdapter, ValidationError

from hagame.errors import Unauthenticated, Unavailable
from hagame.settings import Settings

DISCOVERY = "/.well-known/openid-configuration"
TIMEOUT_S = 10.0
LEEWAY_S = 60
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key of the provider's own; neither `none` nor one that a client secret would make."""
MAX_SUBJECT = 255
MULTI_FACTOR = "mfa"
"""RFC 8176."""

log = structlog.get_logger()
_email: TypeAdapter[str] = TypeAdapter(EmailStr)


@dataclass(frozen=True, slots=True)
class Proved:
    """Who came back. `email` only where the provider says that it is theirs."""

    issuer: str
    subject: str
    email: str | None
    name: str
    second_factor: bool


class Provider:
    """The provider that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self.issuer = settings.oidc_issuer or ""
        self._client_id = settings.oidc_client_id or ""
        self._secret = settings.oidc_client_secret
        self._scopes = settings.oidc_scopes
        self._back = settings.oidc_redirect_url

    async def address(self, state: str, verifier: str) -> str:
        """Where to send a browser that keeps `verifier`. Raises `Unavailable`."""
        async with self._client() as client:
            about = await self._discovered(client)
            url, _ = client.create_authorization_url(
                about["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce_of(verifier)
            )
            return str(url)

    async def identify(self, code: str, verifier: str) -> Proved:
        """Who the code stands for. Raises `Unauthenticated` where anything does not fit, and `Unavailable`."""
        async with self._client() as client:
            about = await self._discovered(client)
            client.token_endpoint_auth_method = self._authentication(about)
            try:
                told = await client.fetch_token(about["token_endpoint"], code=code, code_verifier=verifier)
            except OAuthError as error:
                raise _refused(error) from error
            except (HTTPError, ValueError) as error:
                raise _away(error) from error
            keys = await self._get(client, about["jwks_uri"])
        try:
            claims = self._claims(told, keys, nonce_of(verifier))
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise _refused(error) from error
        return _proved(claims)

    def _client(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self._client_id,
            self._secret.get_secret_value() if self._secret is not None else None,
            scope=self._scopes,
            redirect_uri=self._back,
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
        )

    async def _discovered(self, client: AsyncOAuth2Client) -> dict[str, Any]:
        about = await self._get(client, self.issuer.rstrip("/") + DISCOVERY)
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        # Another issuer could take the place of this one (OpenID Connect Discovery 1.0, 4.3).
        if about.get("issuer") != self.issuer or not all(isinstance(about.get(name), str) for name in needed):
            raise _away(ValueError("the provider describes another issuer, or not all of itself"))
        return about

    async def _get(self, client: AsyncOAuth2Client, url: str) -> dict[str, Any]:
        try:
            answer = await client.request("GET", url, withhold_token=True)
            answer.raise_for_status()
            found = answer.json()
        except (HTTPError, ValueError) as error:
            raise _away(error) from error
        if not isinstance(found, dict):
            raise _away(TypeError("the provider answered something else than an object"))
        return found

    def _authentication(self, about: dict[str, Any]) -> str:
        if self._secret is None:
            return "none"
        supported = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return "client_secret_basic" if "client_secret_basic" in supported else "client_secret_post"

    def _claims(self, told: dict[str, Any], keys: Any, nonce: str) -> CodeIDToken:
        token = jwt.decode(told["id_token"], KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))
        options = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self._client_id},
            "sub": {"essential": True},
        }
        params = {"nonce": nonce, "client_id": self._client_id, "access_token": told.get("access_token")}
        claims = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(leeway=LEEWAY_S)
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT or not subject.isprintable():
            raise ValueError("sub is no identifier")
        return claims


def nonce_of(verifier: str) -> str:
    """The nonce that binds an ID token to the browser that keeps `verifier` (OpenID Connect Core 1.0, 15.5.2)."""
    digest = hashlib.sha256(b"nonce:" + verifier.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _proved(claims: CodeIDToken) -> Proved:
    email = None
    if claims.get("email_verified") is True:
        try:
            email = _email.validate_python(claims.get("email"))
        except ValidationError:
            email = None
    names = (claims.get("preferred_username"), (email or "").partition("@")[0], claims.get("name"))
    name = next((name for name in names if isinstance(name, str) and name), "")
    methods = claims.get("amr") or []
    return Proved(claims["iss"], claims["sub"], email, name, MULTI_FACTOR in methods)


def _refused(error: Exception) -> Unauthenticated:
    # Its text may hold what the provider sent, and that may be a token.
    log.warning("auth.oidc_refused", error=type(error).__name__)
    return Unauthenticated("The login provider's answer does not prove who you are; begin again.")


def _away(error: Exception) -> Unavailable:
    log.warning("auth.oidc_away", error=type(error).__name__)
    return Unavailable("The login provider does not answer as it should; try again in a moment.")
