"""Which providers, models and aliases there are: read from the settings, once, when the gateway is made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import JsonValue, ValidationError

from hagame import plugins
from hagame.errors import NotFound, SetupFailed
from hagame.llm.provider import Provider
from hagame.settings import Settings

DEFAULT = "default"
OPENAI_MODELS = ("gpt-5.4-mini", "gpt-5.4-nano")
GEMINI_MODELS = ("gemini-3.5-flash", "gemini-3.5-flash-lite")


@dataclass(frozen=True, slots=True)
class Target:
    """One model of one configured provider."""

    provider_name: str
    provider: Provider
    model: str

    @property
    def name(self) -> str:
        """As callers name it."""
        return f"{self.provider_name}/{self.model}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that can be asked."""

    providers: Mapping[str, Provider]
    aliases: Mapping[str, tuple[Target, ...]]

    @property
    def targets(self) -> list[Target]:
        """All models, provider by provider."""
        return [Target(name, p, model) for name, p in self.providers.items() for model in p.models]

    def find(self, asked: str | None) -> tuple[Target, ...]:
        """The models behind a name or an alias, those to be tried first at the front. Raises `NotFound`."""
        name = asked or DEFAULT
        if name in self.aliases:
            return self.aliases[name]
        for target in self.targets:
            if target.name == name:
                return (target,)
        raise NotFound(f"There is no model or alias {name!r}; see /llm/models.")


@cache
def kinds() -> dict[str, type[Provider]]:
    """Installed kinds of provider by key."""
    return plugins.load("hagame.llm", Provider)


def read_catalogue(settings: Settings) -> Catalogue:
    """What the settings say. Raises `SetupFailed` that names the setting, and never shows a key."""
    providers = {name: _provider(name, fields) for name, fields in _configured(settings).items()}
    providers.setdefault("offline", kinds()["offline"].model_validate({}))
    found = Catalogue(providers, {})
    aliases = {alias: _targets(found, alias, names) for alias, names in settings.llm_aliases.items()}
    aliases.setdefault(DEFAULT, _default(found))
    return Catalogue(providers, aliases)


def _configured(settings: Settings) -> dict[str, Mapping[str, Any]]:
    """Keys alone make a provider of the usual models; `HAGAME_LLM_PROVIDERS` adds to them or replaces them."""
    found: dict[str, Mapping[str, Any]] = {}
    if settings.openai_api_key is not None:
        found["openai"] = {"kind": "openai", "api_key": settings.openai_api_key, "models": OPENAI_MODELS}
    if settings.gemini_api_key is not None:
        found["gemini"] = {"kind": "gemini", "api_key": settings.gemini_api_key, "models": GEMINI_MODELS}
    if settings.llm_providers is not None:
        found |= _read(settings.llm_providers.get_secret_value())
    return found


def _read(text: str) -> dict[str, Mapping[str, Any]]:
    try:
        value: JsonValue = json.loads(text)
    except json.JSONDecodeError as error:
        # Not chained: the error holds the text, and that holds keys.
        raise _fault(f"it is no JSON: {error.msg} at character {error.pos}") from None
    if not isinstance(value, dict) or not all(isinstance(fields, dict) for fields in value.values()):
        raise _fault("it must be an object of objects, one for each provider")
    return {name: fields for name, fields in value.items() if isinstance(fields, dict)}


def _provider(name: str, fields: Mapping[str, Any]) -> Provider:
    kind = fields.get("kind")
    if kind not in kinds():
        raise _fault(f"{name}: kind must be one of {', '.join(kinds())}")
    try:
        return kinds()[str(kind)].model_validate({key: value for key, value in fields.items() if key != "kind"})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = "/".join([name, *map(str, first["loc"])])
        raise _fault(f"{place}: {first['msg']}") from None


def _targets(found: Catalogue, alias: str, names: Sequence[str]) -> tuple[Target, ...]:
    try:
        return tuple(target for name in names for target in found.find(name))
    except NotFound:
        known = ", ".join(target.name for target in found.targets)
        raise _fault(f"the models of {alias!r} must be among {known}", "HAGAME_LLM_ALIASES") from None


def _default(found: Catalogue) -> tuple[Target, ...]:
    """The first model of each provider in turn; the templates only where there is nothing else."""
    first = [Target(name, p, p.models[0]) for name, p in found.providers.items()]
    online = tuple(target for target in first if not target.provider.info.offline)
    return online or tuple(first)


def _fault(detail: str, setting: str = "HAGAME_LLM_PROVIDERS") -> SetupFailed:
    return SetupFailed(f"{setting}: {detail}.", remedy="See docs/how-to/language-models.md.")
