"""Judgment: the engine as a service without state, and questions to a crowd."""

from __future__ import annotations

from typing import Literal, Unpack

from hagame_sdk.flow import EVENT_STREAM, Call, Flow, Pages, Stream, given
from hagame_sdk.resource import D, Resource, operation, pages, stream
from hagame_sdk.types import (
    Aggregate,
    AggregateIn,
    CognitiveComparison,
    CognitiveComparisonIn,
    CognitiveFit,
    CognitiveFitIn,
    CognitiveModel,
    Crowd,
    Dilemma,
    DilemmaIn,
    EngineIn,
    Explain,
    Forecast,
    ForecastIn,
    Judgment,
    JudgmentIn,
    OrderEffect,
    OrderEffectIn,
    Question,
    QuestionIn,
    Standing,
    State,
    StateIn,
    Watch,
    WatchIn,
    WatchSummary,
)


class Ai(Resource[D]):
    """`client.ai`: computed from the data in the call, and nothing is kept."""

    @operation
    def predict(self, **asked: Unpack[EngineIn]) -> Flow[Explain]:
        """The next choice after a history, by an installed predictor, with its parts."""
        return self._json("POST", "/ai/predict", asked, repeatable=True)

    @operation
    def order_effect(self, **counts: Unpack[OrderEffectIn]) -> Flow[OrderEffect]:
        """The quantum-question equality in answers to two questions in both orders."""
        return self._json("POST", "/ai/quantum/order-effect", counts, repeatable=True)

    @operation
    def prisoners_dilemma(self, **counts: Unpack[DilemmaIn]) -> Flow[Dilemma]:
        """Interference in prisoner's dilemmas with and without news of the other's move."""
        return self._json("POST", "/ai/quantum/prisoners-dilemma", counts, repeatable=True)

    @operation
    def quantum_state(self, **asked: Unpack[StateIn]) -> Flow[State]:
        """A state of belief as answers change it."""
        return self._json("POST", "/ai/quantum/state", asked, repeatable=True)

    @operation
    def aggregate(self, **asked: Unpack[AggregateIn]) -> Flow[Aggregate]:
        """What a crowd says in probabilities, votes, numbers or labels."""
        return self._json("POST", "/ai/collective/aggregate", asked, repeatable=True)

    @operation
    def cognitive_models(self) -> Flow[list[CognitiveModel]]:
        """Cognitive models: parameters, priors, meanings, and the data they read."""
        return self._json("GET", "/ai/cognition/models")

    @operation
    def fit(self, **asked: Unpack[CognitiveFitIn]) -> Flow[CognitiveFit]:
        """A cognitive model fitted to people's trials."""
        return self._json("POST", "/ai/cognition/fit", asked, repeatable=True)

    @operation
    def compare(self, **asked: Unpack[CognitiveComparisonIn]) -> Flow[CognitiveComparison]:
        """Cognitive models compared on the same people."""
        return self._json("POST", "/ai/cognition/compare", asked, repeatable=True)


class Collective(Resource[D]):
    """`client.collective`: questions that people, models and language models judge, and matches they forecast."""

    @pages
    def questions(
        self, *, status: Literal["open", "closed", "resolved"] | None = None, limit: int | None = None
    ) -> Pages[Question]:
        """Questions to the crowd, newest first."""
        return Pages(Call("GET", "/collective/questions", given(status=status, limit=limit), repeatable=True))

    @operation
    def ask(self, **question: Unpack[QuestionIn]) -> Flow[Question]:
        """Put a question to the crowd, until it closes. For researchers."""
        return self._json("POST", "/collective/questions", question)

    @operation
    def get(self, question_id: str) -> Flow[Question]:
        """One question, with what you have said of it."""
        return self._json("GET", _at(question_id))

    @operation
    def judge(self, question_id: str, **judgment: Unpack[JudgmentIn]) -> Flow[Judgment]:
        """Say what you think, or that you have changed your mind."""
        return self._json("POST", _at(question_id, "/judgments"), judgment)

    @operation
    def ask_model(self, question_id: str, model: str = "default") -> Flow[Judgment]:
        """Let a language model judge a question of yours."""
        return self._json("POST", _at(question_id, "/ask-model"), {"model": model}, timeout_s=180.0)

    @operation
    def resolve(self, question_id: str, *, option: str | None = None, number: float | None = None) -> Flow[Question]:
        """Say what came true. It closes the question, scores everybody, and cannot be changed."""
        return self._json("POST", _at(question_id, "/outcome"), given(option=option, number=number))

    @operation
    def aggregate(self, question_id: str) -> Flow[Crowd]:
        """What the crowd says, by every method."""
        return self._json("GET", _at(question_id, "/aggregate"))

    @stream
    def follow(self, question_id: str) -> Stream[Crowd]:
        """The crowd's answer whenever it moves, until the question closes."""
        call = Call("GET", _at(question_id, "/events"), accept=EVENT_STREAM, repeatable=True)
        return Stream(call, lambda name, data: data if name == "aggregate" else None)

    @operation
    def leader_board(self) -> Flow[list[Standing]]:
        """Who judges best."""
        return self._json("GET", "/collective/leader-board")

    @pages
    def matches(self, *, limit: int | None = None) -> Pages[WatchSummary]:
        """Running matches whose next move you may forecast, newest first."""
        return Pages(Call("GET", "/collective/matches", given(limit=limit), repeatable=True))

    @operation
    def open_match(self, **match: Unpack[WatchIn]) -> Flow[WatchSummary]:
        """Let others forecast your next moves in a match of yours."""
        return self._json("POST", "/collective/matches", match)

    @operation
    def withdraw(self, watched_id: str) -> Flow[None]:
        """Nobody may see or forecast this match of yours any more; what was forecast is deleted."""
        return self._json("DELETE", _match(watched_id))

    @operation
    def match(self, watched_id: str) -> Flow[Watch]:
        """A match: its open turn with sealed forecasts, and past turns with all of them opened and scored."""
        return self._json("GET", _match(watched_id))

    @operation
    def forecast(self, watched_id: str, **forecast: Unpack[ForecastIn]) -> Flow[Forecast]:
        """Say how probable each option of the open turn is; nobody else sees it before the player has moved."""
        return self._json("POST", _match(watched_id, "/forecasts"), forecast)

    @operation
    def ask_model_to_forecast(self, watched_id: str, model: str = "default") -> Flow[Forecast]:
        """Let a language model forecast the open turn. For researchers."""
        return self._json("POST", _match(watched_id, "/ask-model"), {"model": model}, timeout_s=180.0)

    @stream
    def follow_match(self, watched_id: str) -> Stream[Watch]:
        """A match whenever somebody has judged or the player has moved, until it is over or withdrawn."""
        call = Call("GET", _match(watched_id, "/events"), accept=EVENT_STREAM, repeatable=True)
        return Stream(call, lambda name, data: data if name == "match" else None)


def _at(question_id: str, rest: str = "") -> str:
    return f"/collective/questions/{question_id}{rest}"


def _match(watched_id: str, rest: str = "") -> str:
    return f"/collective/matches/{watched_id}{rest}"
