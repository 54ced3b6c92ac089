"""A login provider (OpenID Connect) on a real port, with real keys, that does as it should unless told otherwise."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response
from werkzeug.utils import redirect

Json = dict[str, Any]
CLIENT, SECRET = "hagame-test", "a-secret-of-the-client"


class Provider:
    """`comes_back(url)` is a person who goes there, logs in and is sent back."""

    def __init__(self, server: HTTPServer, back: str = "http://test/") -> None:
        self.back = back
        self.issuer = server.url_for("/realm").rstrip("/")
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
        self.claims: Json = {}
        """More of the person, or other than it should be."""
        self.sign: Callable[[Json], str] = self.signed
        self.about: Json = {}
        self.broken: Response | None = None
        self.asked: list[Json] = []
        self._codes: dict[str, Json] = {}
        self.subject = f"subject-{secrets.token_hex(6)}"
        server.expect_request("/realm/.well-known/openid-configuration").respond_with_handler(self._discovery)
        server.expect_request("/realm/authorize").respond_with_handler(self._authorize)
        server.expect_request("/realm/keys").respond_with_handler(self._keys)
        server.expect_request("/realm/token", method="POST").respond_with_handler(self._token)

    @property
    def settings(self) -> Json:
        """For an application that uses it."""
        from pydantic import SecretStr

        return {
            "oidc_issuer": self.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SecretStr(SECRET),
            "oidc_redirect_url": self.back,
            "oidc_name": "Example University",
        }

    def comes_back(self, url: str) -> Json:
        """What is in the address that the person is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert (asked["response_type"], asked["client_id"], asked["redirect_uri"]) == ("code", CLIENT, self.back)
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def signed(self, claims: Json) -> str:
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)

    def _discovery(self, _: Request) -> Response:
        about = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return self.broken or _json(about | self.about)

    def _authorize(self, request: Request) -> Response:
        return redirect(f"{self.back}?{urlencode(self.comes_back(request.url))}")

    def _keys(self, _: Request) -> Response:
        return _json({"keys": [self.key.as_dict(private=False)]})

    def _token(self, request: Request) -> Response:
        form, who = request.form, request.authorization
        asked = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        known = who is not None and (who.username, who.password) == (CLIENT, SECRET)
        if asked is None or not known or challenge != asked["code_challenge"] or form.get("redirect_uri") != self.back:
            return Response(json.dumps({"error": "invalid_grant"}), 400, content_type="application/json")
        now = int(time.time())
        person = {"iss": self.issuer, "aud": CLIENT, "sub": self.subject, "iat": now, "exp": now + 300}
        claims = person | {"nonce": asked["nonce"]} | self.claims
        token = self.sign({name: value for name, value in claims.items() if value is not None})
        return _json({"access_token": secrets.token_urlsafe(8), "token_type": "Bearer", "id_token": token})


def _json(body: Json) -> Response:
    return Response(json.dumps(body), content_type="application/json")
