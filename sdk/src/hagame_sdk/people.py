"""Who plays: sessions, profiles, and what is known of a person."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Unpack

from hagame_sdk import types
from hagame_sdk.core import Tokens
from hagame_sdk.flow import Call, Flow, Pages, given
from hagame_sdk.resource import D, Resource, operation, pages
from hagame_sdk.types import CognitiveProfile, CognitiveProfileIn, Profile, ProfileIn, TraitsAfterMatch, User, Words

SECOND_FACTOR = "/users/me/second-factor"


class Sessions(Resource[D]):
    """What a client itself can do: become somebody. Its tokens are renewed without being asked for."""

    @operation
    def guest(self) -> Flow[User]:
        """Go on as a new player without a name; `register` keeps what was played."""
        told: types.Guest = yield from self._unsigned("/auth/guest")
        self._begin(told)
        return told["user"]

    @operation
    def register(self, email: str, username: str, password: str) -> Flow[User]:
        """Make an account and go on as it. A guest becomes it, and keeps matches and session."""
        guest = self.driver.core.tokens is not None
        body = {"email": email, "username": username, "password": password}
        user: User = yield from self._json("POST", "/auth/register", body)
        if not guest:
            yield from self._log_in(username, password)
        return user

    @operation
    def login(self, username: str, password: str, totp: str | None = None) -> Flow[User]:
        """Go on as this person; `username` may be the email, `totp` is the code of a second factor.

        Raises `CodeNeeded` where one is needed and was not given, or is not good.
        """
        yield from self._log_in(username, password, totp)
        user: User = yield from self._json("GET", "/auth/me")
        return user

    @operation
    def me(self) -> Flow[User]:
        """Who is logged in."""
        return self._json("GET", "/auth/me")

    @operation
    def logout(self) -> Flow[None]:
        """End this session. Nothing to do where there is none."""
        tokens: Tokens | None = self.driver.core.tokens
        self.driver.core.set_tokens(None)
        if tokens is not None and tokens.refresh_token is not None:
            yield from self._unsigned("/auth/logout", {"refresh_token": tokens.refresh_token})

    @operation
    def logout_everywhere(self) -> Flow[None]:
        """End all sessions of this person, this one too."""
        yield from self._json("POST", "/auth/logout-all")
        self.driver.core.set_tokens(None)

    @pages
    def sessions(self, *, limit: int | None = None) -> Pages[types.Session]:
        """Where this person is logged in, the session that began last first."""
        return Pages(Call("GET", "/auth/sessions", given(limit=limit), repeatable=True))

    @operation
    def end_session(self, session_id: str) -> Flow[None]:
        """End one session of this person at once."""
        return self._json("DELETE", f"/auth/sessions/{session_id}")

    @operation
    def end_other_sessions(self) -> Flow[None]:
        """End all sessions of this person at once but this one."""
        return self._json("DELETE", "/auth/sessions")

    @operation
    def change_password(self, current_password: str, new_password: str) -> Flow[None]:
        """Set a new password. All sessions end; log in with the new one."""
        body = {"current_password": current_password, "new_password": new_password}
        yield from self._json("POST", "/auth/password", body)
        self.driver.core.set_tokens(None)

    def _log_in(self, username: str, password: str, totp: str | None = None) -> Flow[None]:
        body = {"username": username, "password": password} | ({"totp": totp} if totp is not None else {})
        told: types.Tokens = yield from self._unsigned("/auth/login", body)
        self._begin(told)

    def _unsigned(self, path: str, body: dict[str, str] | None = None) -> Flow[types.Guest]:
        told: types.Guest = yield from self.driver.core.json(Call("POST", path, body=body, signed=False))
        return told

    def _begin(self, told: types.Tokens | types.Guest) -> None:
        self.driver.core.set_tokens(Tokens(told["access_token"], told["refresh_token"]))


class People(Resource[D]):
    """`client.people`."""

    @operation
    def profile(self) -> Flow[Profile]:
        """Your display name, language and preferences."""
        return self._json("GET", "/users/me/profile")

    @operation
    def set_profile(self, **profile: Unpack[ProfileIn]) -> Flow[Profile]:
        """Set what is named; the rest stays."""
        return self._json("PUT", "/users/me/profile", profile)

    @operation
    def cognitive_profile(self) -> Flow[CognitiveProfile]:
        """What you say of how you think, and what your play says: each trait with interval and evidence."""
        return self._json("GET", "/users/me/cognitive-profile")

    @operation
    def set_cognitive_profile(self, **profile: Unpack[CognitiveProfileIn]) -> Flow[CognitiveProfile]:
        """Set declared traits and the consent to modelling; the rest stays."""
        return self._json("PUT", "/users/me/cognitive-profile", profile)

    @operation
    def cognitive_summary(self) -> Flow[Words]:
        """What your play says of you in plain words."""
        return self._json("POST", "/users/me/cognitive-profile/summary", repeatable=True, timeout_s=180.0)

    @pages
    def cognitive_history(self, *, limit: int | None = None) -> Pages[TraitsAfterMatch]:
        """How the traits moved: what was known after each match, newest first."""
        return Pages(Call("GET", "/users/me/cognitive-profile/history", given(limit=limit), repeatable=True))

    @operation
    def export(self, to: str | Path) -> Flow[Path]:
        """Everything about you as one ZIP of JSON lines."""
        return self._file("/users/me/export", to)

    @operation
    def erase(self, *, password: str | None = None) -> Flow[None]:
        """Erase yourself, with your password where your account has one. There is no way back."""
        yield from self._json("DELETE", "/users/me", given(password=password))
        self.driver.core.set_tokens(None)

    @operation
    def second_factor(self) -> Flow[types.SecondFactor]:
        """Whether logging in asks you for a code, and how many recovery codes are left."""
        return self._json("GET", SECOND_FACTOR)

    @operation
    def begin_second_factor(self, password: str) -> Flow[types.NewSecondFactor]:
        """A secret for your authenticator app, in force when `confirm_second_factor` gets its first code."""
        return self._json("POST", SECOND_FACTOR, {"password": password})

    @operation
    def confirm_second_factor(self, code: str) -> Flow[types.RecoveryCodes]:
        """Put it in force; the answer has recovery codes, told this once."""
        return self._json("POST", f"{SECOND_FACTOR}/confirm", {"code": code})

    @operation
    def renew_recovery_codes(self, code: str) -> Flow[types.RecoveryCodes]:
        """Fresh recovery codes; those before are worthless."""
        return self._json("POST", f"{SECOND_FACTOR}/recovery-codes", {"code": code})

    @operation
    def disable_second_factor(self, password: str, code: str) -> Flow[None]:
        """Take it away. All sessions end; log in with the password alone."""
        yield from self._json("POST", f"{SECOND_FACTOR}/disable", {"password": password, "code": code})
        self.driver.core.set_tokens(None)

    @operation
    def logins(self) -> Flow[list[types.OidcLink]]:
        """Your logins at providers, by which you may come in."""
        return self._json("GET", "/auth/oidc/links")

    @operation
    def unlink(self, link_id: str, password: str | None = None) -> Flow[None]:
        """Nobody comes in by this login any more; whoever has a password shows it."""
        yield from self._json("POST", f"/auth/oidc/links/{link_id}/unlink", given(password=password))

    @operation
    def set_role(self, user_id: str, role: Literal["player", "researcher", "admin"]) -> Flow[User]:
        """Give a person another role. For administrators."""
        return self._json("PUT", f"/users/{user_id}/role", {"role": role})

    @operation
    def make_key(
        self, name: str, scopes: list[Literal["play", "read:logs", "llm", "research"]], days: int = 90
    ) -> Flow[types.NewApiKey]:
        """A key for a program of yours; `key` in the answer is told this once."""
        return self._json("POST", "/auth/keys", {"name": name, "scopes": scopes, "days": days})

    @pages
    def keys(self, *, limit: int | None = None) -> Pages[types.ApiKey]:
        """Your keys for programs, newest first."""
        return Pages(Call("GET", "/auth/keys", given(limit=limit), repeatable=True))

    @operation
    def revoke_key(self, key_id: str) -> Flow[None]:
        """Make a key worthless at once."""
        return self._json("DELETE", f"/auth/keys/{key_id}")

    @pages
    def everybody(self, *, text: str | None = None, limit: int | None = None) -> Pages[types.Person]:
        """Everybody, newest first. For administrators."""
        return Pages(Call("GET", "/admin/users", given(text=text, limit=limit), repeatable=True))

    @operation
    def set_active(self, user_id: str, is_active: bool) -> Flow[types.Person]:
        """Shut a person out, or let them in again. For administrators."""
        return self._json("PUT", f"/admin/users/{user_id}/active", {"is_active": is_active})

    @pages
    def tasks_of_all(self, *, state: str | None = None, limit: int | None = None) -> Pages[types.TaskOf]:
        """Everybody's background work, newest first. For administrators."""
        return Pages(Call("GET", "/admin/tasks", given(state=state, limit=limit), repeatable=True))

    @pages
    def keys_of_all(self, *, user_id: str | None = None, limit: int | None = None) -> Pages[types.KeyOf]:
        """Keys that are good now, newest first. For administrators."""
        return Pages(Call("GET", "/admin/keys", given(user_id=user_id, limit=limit), repeatable=True))

    @operation
    def revoke_any_key(self, key_id: str) -> Flow[None]:
        """Make anybody's key worthless at once. For administrators."""
        return self._json("DELETE", f"/admin/keys/{key_id}")

    @operation
    def overview(self) -> Flow[types.Overview]:
        """How many people, sessions, keys, matches and tasks there are. For administrators."""
        return self._json("GET", "/admin/overview")

    @pages
    def audit(self, *, user_id: str | None = None, limit: int | None = None) -> Pages[types.Audit]:
        """What administrators did, newest first. For administrators."""
        return Pages(Call("GET", "/admin/audit", given(user_id=user_id, limit=limit), repeatable=True))
