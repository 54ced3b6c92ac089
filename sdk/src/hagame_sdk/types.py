"""The shapes of the API, as `tools/api_types.py` makes them of its OpenAPI document. Not written by hand."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class ActiveIn(TypedDict):
    """Whether a person may come in."""

    is_active: bool


class Aggregate(TypedDict):
    """The crowd's answer, of the kind that was sent."""

    answer: Probabilities | Votes | PooledNumbers | Labels


class AggregateIn(TypedDict):
    """Judgments of one kind."""

    judgments: ProbabilitiesIn | VotesIn | NumbersIn | LabelsIn


class AiModel(TypedDict):
    """A model as lists show it."""

    id: str
    name: str
    kind: Literal["predictor", "opponent", "cognitive", "aggregator", "emotion"]
    algorithm: str
    status: Literal["draft", "active", "archived"]
    description: str
    mine: bool
    active_version: int | None
    definition: GameRef | None
    """The choices its active version is for"""
    created_at: str


class AiModelIn(TypedDict):
    """A new model: an algorithm with parameters, under a name."""

    name: str
    kind: NotRequired[Literal["predictor", "opponent", "cognitive", "aggregator", "emotion"]]
    algorithm: str
    """Key of an installed algorithm, see /ai-models/algorithms"""
    config: NotRequired[dict[str, JsonValue]]
    """As the algorithm's schema asks"""
    description: NotRequired[str]
    licence: NotRequired[str]
    """Of what it learns, e.g. CC-BY-4.0"""
    predictor: NotRequired[str | None]
    """Of an opponent: the trained model it predicts with, `<model id>` for its active version or `<model id>:<number>`. Default: what predicts in every match"""


class AiModelPatch(TypedDict):
    """What is to be changed. What it is made of never changes: that would be another model."""

    name: NotRequired[str | None]
    description: NotRequired[str | None]
    licence: NotRequired[str | None]
    status: NotRequired[Literal["draft", "active", "archived"] | None]


class Algorithm(TypedDict):
    """An installed plugin."""

    kind: Literal["predictor", "opponent", "cognitive", "aggregator", "emotion"]
    key: str
    version: str
    title: str
    trainable: bool
    """POST /ai-models/{model_id}/train makes versions"""
    uploadable: bool
    """POST /ai-models/{model_id}/versions takes a file"""
    sources: list[str]
    config_schema: dict[str, JsonValue]


class Alias(TypedDict):
    """A name for models; the first is asked, the others stand in for it."""

    name: str
    models: list[str]


class Alike(TypedDict):
    """An earlier turn of this match whose last three rounds were alike, and what was chosen then."""

    turn: int
    distance: float
    """0: the same moves, 1: no move in common; newer rounds count more"""
    action: str
    before: list[Before]
    """The rounds before it, newest first"""
    statement: str


class Among(TypedDict):
    """Where a person stands among others: per cent of people who have less of a trait."""

    percentile: float
    low: float
    """Of the lower end of the interval"""
    high: float
    """Of the upper end of the interval"""
    people: int
    """How many people that is about"""


class Amount(TypedDict):
    """Tokens and US dollars."""

    tokens: int
    usd: str


class AnswerIn(TypedDict):
    """A question by its name, and what was answered."""

    question: str
    answer: bool


class Answered(TypedDict):
    """One answer, and what it did to the state. Entropies in bits."""

    key: str
    yes: bool
    probability: float
    """By the quantum model, just before it was given"""
    alone: float
    """The same had this question been the first of its block"""
    classical: float | None
    """By the classical rival; null where no answers were published"""
    entropy_before: float
    entropy_after: float
    before: tuple[float, float, float]
    """The state without this question"""
    after: tuple[float, float, float]
    """x, y, z in the Bloch ball: of length 1 if the state is pure, 0 if nothing is known"""


class Answers(TypedDict):
    """Numbers of people by their answers to question A (first word) and to question B (second)."""

    yes_yes: int
    yes_no: int
    no_yes: int
    no_no: int


class ApiKey(TypedDict):
    """A key, without what would let anybody use it."""

    id: str
    name: str
    prefix: str
    """How the key begins"""
    scopes: list[Literal["play", "read:logs", "llm", "research"]]
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    """To the minute; null: never"""
    revoked_at: str | None


class ApiKeyIn(TypedDict):
    """A new key for a program."""

    name: str
    scopes: list[Literal["play", "read:logs", "llm", "research"]]
    """What it may do"""
    days: NotRequired[int]
    """How long it is good"""


class Arm(TypedDict):
    """One version: how many people, their mean, and where the mean lies with 95 % confidence (Student's t)."""

    version: int
    people: int
    mean: float | None
    """null below 5 people"""
    low: float | None
    high: float | None


class AskIn(TypedDict):
    """Which language model shall judge: `provider/model` or an alias, see /llm/models."""

    model: NotRequired[str]


class Asked(TypedDict):
    """How many of how many defected."""

    defected: int
    asked: int


class Attempt(TypedDict):
    """One try at one model."""

    number: int
    provider: str
    model: str
    outcome: str
    status: int | None
    """HTTP status of the provider, when it refused by one"""
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    estimated: bool
    """The provider did not tell the tokens"""
    cost_usd: str | None
    first_token_ms: float | None
    total_ms: float


class AudioPart(TypedDict):
    """A sound, sent along."""

    type: Literal["audio"]
    media_type: Literal["audio/wav", "audio/mpeg"]
    data: str
    """Base64"""


class Audit(TypedDict):
    """One thing that an administrator did."""

    id: str
    created_at: str
    actor_id: str | None
    """Who did it; null for the command line, and when they were erased since"""
    actor: NotRequired[str | None]
    """Their name now"""
    user_id: str | None
    """To whom"""
    username: NotRequired[str | None]
    """Their name now"""
    action: str
    details: dict[str, Any]


class BatchIn(TypedDict):
    """Many histories, each of another person."""

    version: NotRequired[int | None]
    """Default: the active one, else the newest"""
    definition: NotRequired[str | None]
    """Default: the one it was trained for; needed by a model without versions"""
    histories: list[History]
    next: NotRequired[list[PosedChoice] | None]
    """The coming choice of each history"""


class Before(TypedDict):
    """A round before an earlier turn."""

    turn: int
    action: str
    opponent_action: str | None


class BlockState(TypedDict):
    """A block of questions as far as it is answered."""

    origin: Literal["definition", "published", "typical"]
    """Where the angles come from"""
    source: str | None
    start: tuple[float, float, float]
    """x, y, z in the Bloch ball: of length 1 if the state is pure, 0 if nothing is known"""
    start_entropy: float
    questions: list[Placed]
    answers: list[Answered]
    clashes: list[Clash]
    people: People | None
    """Once all questions of the block are answered"""


class Budget(TypedDict):
    """Your day (UTC)."""

    limit: Amount
    used: Amount
    left: Amount
    resets_at: str


class Call(TypedDict):
    """One call."""

    id: str
    user_id: str
    request_id: str | None
    purpose: str
    prompt: PromptUsed | None
    asked_model: str
    provider: str | None
    model: str | None
    streamed: bool
    cache: Literal["miss", "hit", "joined", "bypass", "off"]
    outcome: str
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost_usd: str | None
    first_token_ms: float | None
    total_ms: float
    created_at: str
    attempts: list[Attempt]
    contents: JsonValue
    """Question and answer, where the server keeps them"""


class CallIn(TypedDict):
    """A call over HTTP."""

    prompt: NotRequired[PromptRef | None]
    messages: NotRequired[list[Message] | None]
    model: NotRequired[str | None]
    """`provider/model` or an alias, see /llm/models; else the prompt's own, or the alias `default`"""
    response_schema: NotRequired[dict[str, JsonValue] | None]
    """JSON Schema (2020-12) of the answer; the answer is checked, and read into `output`"""
    temperature: NotRequired[float | None]
    max_output_tokens: NotRequired[int | None]
    cache: NotRequired[Literal["use", "bypass"]]
    stream: NotRequired[bool]
    """Answer with server-sent events: `delta`, then `done` or `error`"""


class Case(TypedDict):
    """One of three cases: choices in it, the probability of defection by both models, the state before a decision."""

    name: Literal["unknown", "known_defect", "known_cooperate"]
    n: int
    defected: int
    quantum: float
    classical: float
    entropy: float
    arrow: tuple[float, float, float]
    """Of the action: up is defect, down is cooperate"""


class Change(TypedDict):
    """A change of strategy that has just been noticed."""

    since: int
    """The round in which it seems to have begun"""
    statement: str
    message: MessageOut
    before: tuple[int, int]
    """How often the habit named was shown before, of how many cases"""
    after: tuple[int, int]
    """The same since then"""
    log_odds: float
    """Log (nats) of Shiryaev's and Roberts' statistic"""


class Choice(TypedDict):
    """A version that a label points at. Of several, each person always gets the same one, as often as weights say."""

    version: int
    weight: NotRequired[int]


class Chosen(TypedDict):
    """The last decision, and what it did to the state of the action. Entropies in bits."""

    case: str
    defected: bool
    probability: float
    classical: float
    entropy_before: float
    entropy_after: float
    entropy_without_news: float
    before: tuple[float, float, float]
    """x, y, z in the Bloch ball: of length 1 if the state is pure, 0 if nothing is known"""
    after: tuple[float, float, float]
    """x, y, z in the Bloch ball: of length 1 if the state is pure, 0 if nothing is known"""
    without_news: tuple[float, float, float]
    """x, y, z in the Bloch ball: of length 1 if the state is pure, 0 if nothing is known"""


class Clash(TypedDict):
    """How far two questions disturb each other."""

    first: str
    second: str
    incompatibility: float
    """Norm of the commutator: 0 not at all, 1/2 as far as can be"""


class Coach(TypedDict):
    """A coach's words on a match or a turn."""

    author: Literal["engine", "language-model", "template"]
    """template: no language model is connected; engine: its text did not come or did not hold"""
    paragraphs: list[Paragraph]
    facts: list[Fact]
    model: str | None
    prompt: PromptUsed | None
    fallback: str | None
    """Why the engine's own words stand"""
    about: Literal["match", "turn"]
    turn: int
    """The turn explained; of a match, how many decisions had been taken"""
    created_at: str


class CoachIn(TypedDict):
    """On what a coach shall speak."""

    about: NotRequired[Literal["match", "turn"]]
    turn: NotRequired[int | None]
    """Which turn; the last one unless given"""


class CoachTask(TypedDict):
    """The task that asks a coach; its result is what `POST .../feedback` would have answered."""

    task_id: str


class CodeIn(TypedDict):
    """A code of the second factor."""

    code: str
    """Six digits of the authenticator app, or a recovery code"""


class CognitiveComparison(TypedDict):
    """Models compared on the same people (Stephan et al. 2009; Rigoux et al. 2014)."""

    models: list[ComparedModel]
    omnibus_risk: float
    """Probability that all models are equally frequent"""
    rivals: dict[str, float | None]
    """Mean log-loss of later trials by simple rules"""


class CognitiveComparisonIn(TypedDict):
    """People's trials, with the columns of all models, and the models to compare."""

    models: list[str]
    """Models or corners of them, as in a fit"""
    people: list[dict[str, list[float | int | list[float | int]]]]


class CognitiveFit(TypedDict):
    """A model fitted to people."""

    model: str
    version: str
    held: dict[str, float | str]
    """Parameters that were not estimated, and at what they were held"""
    method: str
    sources: list[str]
    people: list[PersonFit]
    """In the order of the body; one for all of them where pooled"""
    group: dict[str, ParameterGroup] | None
    warnings: list[str]


class CognitiveFitIn(TypedDict):
    """People's trials, and the model to fit to them."""

    model: str
    """A model, or a corner: KEY:WHAT,... where WHAT is a variant or PARAMETER=VALUE"""
    hold: NotRequired[dict[str, float | str]]
    """Parameters that are not estimated: a value, or the name of a parameter whose value they take"""
    people: list[dict[str, list[float | int | list[float | int]]]]
    method: NotRequired[Literal["person", "group", "pooled"]]
    """person: each for themselves (maximum a posteriori); group: hierarchical empirical Bayes, in which people's intervals take the group as known; pooled: one set of parameters for all"""


class CognitiveModel(TypedDict):
    """A cognitive model."""

    key: str
    version: str
    title: str
    summary: str
    level: Literal["person", "population"]
    parameters: list[CognitiveParameter]
    columns: list[Column]
    sources: list[str]
    variants: list[CognitiveVariant]
    session: int
    """Trials of a usual session, at which its recovery is told"""
    live: bool
    """Whether it follows players during matches"""


class CognitiveParameter(TypedDict):
    """A parameter of a cognitive model."""

    name: str
    title: str
    meaning: str
    low: float | None
    """Bound; null for none"""
    high: float | None
    scale: Literal["identity", "log", "logit"]
    prior_mean: float
    """Of the unbounded scale"""
    prior_sd: float
    unit: str
    source: str
    says_not: str


class CognitiveProfile(TypedDict):
    """What a person says of how they think, and what their play says."""

    declared: dict[str, float | str]
    modelling_consent: bool
    inferred: dict[str, KnownTrait]
    """Empty without consent"""
    matches: int
    """Matches with a decision that may be modelled"""
    decisions: int
    """Decisions in those matches"""


class CognitiveProfileIn(TypedDict):
    """What is left out stays as it is. What the AI inferred cannot be set."""

    declared: NotRequired[dict[str, float | str]]
    modelling_consent: NotRequired[bool]


class CognitiveVariant(TypedDict):
    """A recommended corner of a model, whose parameters can be told; `key` asks for it."""

    key: str
    title: str
    hold: dict[str, float | str]
    why: str


class Column(TypedDict):
    """A column of the data that a model reads."""

    name: str
    meaning: str
    listed: bool
    """A list of numbers per trial"""
    optional: bool


class ComparedModel(TypedDict):
    """One model beside the others."""

    model: str
    bic: float
    """Summed over people; less is better"""
    log_evidence: float
    """Summed over people"""
    held_out: float | None
    """Mean log-loss of later trials, nats"""
    frequency: float
    """Expected share of people whom the model describes best"""
    exceedance: float
    """Probability that no other model describes more people"""
    protected_exceedance: float
    """The same, allowing for all models being equally frequent"""


class Comparison(TypedDict):
    """Both models on this player's answers, on which no parameter was fitted: log-likelihoods in nats."""

    n: int
    quantum: float
    classical: float
    sentence: str


class Completion(TypedDict):
    """The answer to a call. `output` is the checked JSON when a schema was given."""

    id: str
    """Of the call in /llm/logs"""
    text: str
    output: NotRequired[JsonValue]
    finish: Literal["stop", "length", "filtered"]
    provider: str
    model: str
    offline: bool
    """True when no language model was asked, but the built-in templates"""
    cache: Literal["miss", "hit", "joined", "bypass", "off"]
    prompt: PromptUsed | None
    usage: Usage
    cost_usd: str | None
    """0 when it came from the cache; null when the price is not known"""
    attempts: int
    first_token_ms: float | None
    """Only of streams"""
    total_ms: float


class Contrast(TypedDict):
    """A version less the first one, with a 95 % interval and p value (Welch 1947, unequal variances)."""

    version: int
    against: int
    difference: float
    low: float
    high: float
    p_value: float


class Counterfactual(TypedDict):
    """The smallest change of the last rounds that would have flipped the prediction, found by playing them again."""

    statement: str
    """Where there is none, why"""
    changes: list[Edit]
    """One or two moves; empty where nothing flips it, or it was not computed"""
    prediction: dict[str, float] | None
    """What would have been expected then"""


class Crowd(TypedDict):
    """What the crowd says. `votes` counts the likeliest option of each judge, ties in equal parts."""

    judges: dict[Literal["person", "model", "llm"], int]
    pools: NotRequired[list[Pooled]]
    votes: NotRequired[dict[str, float] | None]
    surprisingly_popular: NotRequired[list[str] | None]
    """Null until somebody has said what they expect"""
    numbers: NotRequired[list[PooledNumber]]
    estimates: NotRequired[list[float]]
    """All numbers, sorted, without names"""
    spread: NotRequired[float | None]
    """Mean squared distance of judges to their mean"""
    outcome: NotRequired[Outcome | None]


class Decision(TypedDict):
    """One row of the decision log."""

    instance_id: str
    turn: int
    stage: int
    """Which of the game's kinds of choice it was, from 0"""
    observation: dict[str, JsonValue] | None
    """What the person saw; null in rows of old versions"""
    action: str
    timed_out: bool
    opponent_action: str | None
    payoff: float
    """The reward of this decision"""
    opponent_payoff: float | None
    outcome: dict[str, JsonValue]
    foregone: dict[str, float] | None
    probability: float
    log_loss: float
    """-ln of the probability given to the action, nats"""
    brier: float
    hit: bool
    n_legal: int
    response_time_ms: int | None
    engine_version: str
    opponent_version: str
    predictor_version: str
    created_at: str
    answer: dict[str, Any]


class Definition(TypedDict):
    """One version of one definition."""

    id: str
    key: str
    version: int
    engine: str
    engine_version: str
    title: str
    description: str
    parameters: dict[str, JsonValue]
    tags: list[str]
    built_in: bool
    created_at: str


Definition1: TypeAlias = str
"""Id of a game definition, or its key for the newest version"""


class DefinitionIn(TypedDict):
    """Rules with parameters. A known key of yours makes its next version."""

    key: str
    engine: str
    """Key of an installed engine, see /games/engines"""
    title: str
    description: NotRequired[str]
    parameters: dict[str, JsonValue]
    """As the engine's JSON Schema asks"""
    tags: NotRequired[list[Tag]]


class DefinitionRef(TypedDict):
    """Which rules a match is played by."""

    id: str
    key: str
    version: int
    engine: str
    title: str


class Difference(TypedDict):
    """What changed."""

    diff: list[str]
    """Lines of a unified diff; none when nothing changed"""


class Dilemma(TypedDict):
    """Observed shares, the violation of the sure-thing principle, and both models."""

    observed: dict[str, float]
    violation: float
    """How far p(unknown) lies outside the known ones; 0 if between them"""
    interference: Interference
    models: list[Fit]
    verdict: str


class DilemmaIn(TypedDict):
    """A prisoner's dilemma in which the other's move was known, or not."""

    known_defect: Asked
    known_cooperate: Asked
    unknown: Asked


class Edit(TypedDict):
    """One move that would have been another: the person's own, or the opponent's."""

    turn: int
    side: Literal["own", "opponent"]
    now: str
    then: str


class Engine(TypedDict):
    """Installed rules."""

    key: str
    version: str
    title: str
    seats: int
    simultaneous: bool
    rival: str
    """Key of the opponent of a match that names none"""
    sources: list[str]
    parameters_schema: dict[str, JsonValue]
    state_schema: dict[str, JsonValue]
    action_schema: dict[str, JsonValue]


class EngineForecast(TypedDict):
    """What the engine had sealed of this turn before it was played."""

    probabilities: dict[str, float]
    brier: float | None


class EngineIn(TypedDict):
    """A history, and who shall predict what comes next."""

    definition: str
    """Id of a game definition, or its key for the newest version"""
    model: NotRequired[str]
    """Key of an installed predictor, or a trained model: `<model id>` or `<model id>:<number>`"""
    history: list[Round]
    """Oldest first; empty for somebody new"""


class EraseIn(TypedDict):
    """Erasing oneself."""

    password: NotRequired[str | None]
    """Yours, where your account has one"""


class Estimate(TypedDict):
    """A figure with its 95 % interval over people, which is null where there is one person."""

    value: float
    low: float | None
    high: float | None


Estimate1: TypeAlias = float


ExpectedItem: TypeAlias = float


class Explain(TypedDict):
    """softmax(baseline + sum of the parts' log-odds) is the prediction, exactly."""

    model: str
    """Algorithm, or id of the model"""
    version: int | None
    """Number of the trained version; null for an untrained model"""
    predictor_version: str
    prediction: dict[str, float]
    """Probability of each action; they sum to 1"""
    baseline: dict[str, float]
    parts: list[ModelPart]


class Explanation(TypedDict):
    """Where one prediction came from, exactly."""

    turn: int
    language: str
    """Of the statements: by your profile, else by Accept-Language; en or de"""
    prediction: dict[str, float]
    action: str
    """What was chosen then"""
    parts: list[Part]
    sum_log_odds: dict[str, float]
    """Sum of the parts; its softmax is the prediction"""
    why: str
    counterfactual: Counterfactual
    alike: list[Alike]
    """Nearest first"""


class Fact(TypedDict):
    """One sentence that the engine computed."""

    key: str
    sentence: str
    values: dict[str, float]
    """The numbers of the sentence, unrounded"""


class Fault(TypedDict):
    """One thing that is wrong with the input."""

    pointer: str
    """JSON pointer into the body, or the place and name of a parameter"""
    detail: str


Feature: TypeAlias = list[float]


class Feedback(TypedDict):
    """What the engine says of a match, as far as it went."""

    decisions: int
    """How many it rests on"""
    headline: str
    facts: list[Fact]
    advice: list[str]
    """What to try, as it follows from the facts"""
    coach: Coach | None
    """The last words of a coach on the match, see POST"""


class FinishedMatch(TypedDict):
    """One match that was played to its end."""

    instance_id: str
    opponent: str
    finished_at: str
    decisions: int
    score: float
    opponent_score: float
    bits_known: float | None
    """What the AI knew about each decision, in bits over chance; null where nothing was modelled"""


class Fit(TypedDict):
    """A model at its maximum likelihood; `bic` in nats times two, lower is better."""

    model: str
    parameters: dict[str, float]
    log_likelihood: float
    bic: float
    predicted: list[float]
    """Probabilities in the order of the data"""


class Forecast(TypedDict):
    """What you have sealed: SHA-256 of the nonce and the payload, both of which are shown once the turn is played."""

    turn: int
    probabilities: dict[str, float]
    sha256: str
    revision: int


class ForecastIn(TypedDict):
    """A probability for each legal action of the open turn; again, until the move is made, for a change of mind."""

    turn: int
    """The turn that is open"""
    probabilities: dict[str, float]
    judge: NotRequired[str | None]
    """Name of a model that judges; for researchers. Left out, you judge yourself"""


class FromLog(TypedDict):
    """Everybody's decisions in these games who consents to being modelled; at least five people."""

    source: Literal["log"]
    definitions: list[Definition1]
    """Games that ask the same of a person"""
    since: NotRequired[str | None]
    until: NotRequired[str | None]


class FromRecordings(TypedDict):
    """People uploaded before with POST /ai-models/{model_id}/recordings."""

    source: Literal["recordings"]
    recordings: str


class FromSimulation(TypedDict):
    """
    Made-up people, to try things out and to measure. Such a model says nothing about anybody.

    For a cognitive model they are people as it sees them, with parameters from its prior, who play the game itself.
    """

    source: Literal["simulated"]
    definition: str
    """Id of a game definition, or its key for the newest version"""
    people: NotRequired[int]
    decisions: NotRequired[int]
    """Per person"""
    seed: NotRequired[int]


class GameProgress(TypedDict):
    """One game: the key of its definition, how often it was finished, and the latest of these matches, newest first."""

    game: str
    title: str
    matches: int
    rating: Rating | None
    """Where the game has a winner; from matches whose seed was not chosen and that replay no record"""
    latest: list[FinishedMatch]


class GameRef(TypedDict):
    """Rules with parameters."""

    id: str
    key: str
    version: int
    title: str


class GameStatistics(TypedDict):
    """How a game is played against an opponent: means over people, who weigh the same, and their standard errors."""

    game: str
    opponent: str
    people: int
    matches: int
    decisions: int
    payoff_mean: float
    """Per decision"""
    payoff_se: float
    bits_mean: float | None
    """Bits per choice that the AI knew; null of too few people"""
    bits_se: float | None


class Guest(TypedDict):
    """The tokens of a new guest, and who it is."""

    access_token: str
    refresh_token: str
    token_type: NotRequired[Literal["bearer"]]
    expires_in: int
    """Life of the access token, seconds"""
    user: User


class ImagePart(TypedDict):
    """An image, sent along and never by address: the gateway fetches nothing."""

    type: Literal["image"]
    media_type: Literal["image/png", "image/jpeg", "image/webp", "image/gif"]
    data: str
    """Base64"""


class InTime(TypedDict):
    """Of the calls that began in one hour or day (UTC)."""

    calls: int
    errors: int
    """Calls that ended without an answer"""
    cache_hits: int
    """Answered from the cache, or with an equal call that ran"""
    input_tokens: int
    output_tokens: int
    cost_usd: str
    p50_ms: float | None
    """Half of the calls took no longer"""
    p95_ms: float | None
    start: str


class InferredTrait(TypedDict):
    """A posterior: what the matches so far say of one trait."""

    mean: float
    sd: float
    low: float
    """Lower end of the central 95 % interval"""
    high: float
    """Upper end of the central 95 % interval"""
    n: float
    """How much evidence there is, in observations"""
    unit: str
    meaning: str
    kind: str
    """`parameter`: of a cognitive model, see `model`"""
    title: NotRequired[str]
    """Title, meaning, unit and the like are in the language asked for"""
    model: NotRequired[str]
    """The cognitive model a parameter is of"""
    version: NotRequired[str]
    """Of that model"""
    says_not: NotRequired[str]
    """What a high or low value does not mean"""


class Instance(TypedDict):
    """A match as its player may see it."""

    id: str
    definition: DefinitionRef
    opponent: OpponentRef
    opponent_model: str | None
    """The AI model that was asked for as the opponent"""
    predictor: str
    """Key of a predictor, or `<model id>:<number>` of a trained one"""
    predictor_version: str
    status: Literal["active", "finished", "abandoned"]
    turn: int
    """The turn that is open, or would be"""
    score: Score
    memory: Literal["person", "none"]
    belief_from: str | None
    """The earlier match whose belief this one started from"""
    seed: int | None
    """Shown once the match is over, or at once if you chose it"""
    seed_chosen: bool
    recorded: bool
    created_at: str
    finished_at: str | None
    next: Next | None
    """null once the match is over"""
    view: dict[str, JsonValue] | None
    """What may be seen at the end; before it see next.view"""
    judgment: NotRequired[QuestionnaireState | NewsState | None]
    """In games of judgments: a model of their state"""


class InstanceIn(TypedDict):
    """A new match."""

    definition: str
    """Id of a definition, or its key for the newest version"""
    opponent: NotRequired[str | None]
    """Key of an opponent that can play this game, see /games/opponents?definition=; the game's own `rival` unless given. Or an AI model: `<model id>` for its active version, `<model id>:<number>` for another; a trained predictor plays as that rival"""
    opponent_parameters: NotRequired[dict[str, JsonValue]]
    predictor: NotRequired[str | None]
    """Who predicts you: the key of an installed predictor, see /ai-models/algorithms, or a trained AI model. The version that is active now predicts until the end of the match"""
    seed: NotRequired[int | None]
    """Makes the match reproducible. Whoever knows the seed can compute the AI's moves, so the log marks matches whose seed was chosen."""
    memory: NotRequired[Literal["person", "none"] | None]
    """person: the AI starts from what it learnt of you in earlier matches of this game; none: from the population. Default: person, or none when a seed is given."""
    recorded: NotRequired[bool]
    """The match replays recorded decisions: each move brings `observed_opponent_action`, and the AI's own choice is scored beside it."""


class InstanceSummary(TypedDict):
    """A match as lists show it."""

    id: str
    definition: DefinitionRef
    opponent: OpponentRef
    opponent_model: str | None
    """The AI model that was asked for as the opponent"""
    predictor: str
    """Key of a predictor, or `<model id>:<number>` of a trained one"""
    predictor_version: str
    status: Literal["active", "finished", "abandoned"]
    turn: int
    """The turn that is open, or would be"""
    score: Score
    memory: Literal["person", "none"]
    belief_from: str | None
    """The earlier match whose belief this one started from"""
    seed: int | None
    """Shown once the match is over, or at once if you chose it"""
    seed_chosen: bool
    recorded: bool
    created_at: str
    finished_at: str | None


class Interfered(TypedDict):
    """p(defect, no news) minus the even mean of both cases with news, with a 95 % bootstrap interval."""

    value: float
    low: float
    high: float
    sentence: str


class Interference(TypedDict):
    """p(unknown) minus the even mean of the known ones, with a 95 % interval; 0 if total probability holds."""

    value: float
    interval: tuple[float, float]


JsonValue: TypeAlias = Any


Judge: TypeAlias = str


class Judgment(TypedDict):
    """What one judge says; `score` is Brier's (0 best, 2 worst) or the absolute error, once it is known."""

    kind: Literal["person", "model", "llm"]
    judge: str | None
    probabilities: list[float] | None
    number: float | None
    expected: list[float] | None
    confidence: float | None
    revision: int
    updated_at: str
    score: float | None


Judgment1Item: TypeAlias = float


Judgment1: TypeAlias = list[Judgment1Item]


Judgment2Item: TypeAlias = float


Judgment2: TypeAlias = list[Judgment2Item]


class JudgmentIn(TypedDict):
    """Probabilities of the options or a number; again, until the question closes, for a change of mind."""

    probabilities: NotRequired[list[Probability] | None]
    number: NotRequired[float | None]
    expected: NotRequired[list[ExpectedItem] | None]
    """Share of people you expect to find each option likeliest"""
    confidence: NotRequired[float | None]
    judge: NotRequired[str | None]
    """Name of a model that judges; for who asked the question. Left out, you judge yourself"""


class KeyOf(TypedDict):
    """A key of anybody."""

    id: str
    name: str
    prefix: str
    """How the key begins"""
    scopes: list[Literal["play", "read:logs", "llm", "research"]]
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    """To the minute; null: never"""
    revoked_at: str | None
    user_id: str
    username: NotRequired[str]


class KnownState(TypedDict):
    """A state of judgment: what it says of each question, and how uncertain it is."""

    entropy_bits: float
    yes: dict[str, float]
    """Probability of yes per question"""
    bloch: tuple[float, float, float] | None
    """In two dimensions: x, y, z"""


class KnownTrait(TypedDict):
    """A trait, and where it stands among people; null while too few are known."""

    mean: float
    sd: float
    low: float
    """Lower end of the central 95 % interval"""
    high: float
    """Upper end of the central 95 % interval"""
    n: float
    """How much evidence there is, in observations"""
    unit: str
    meaning: str
    kind: str
    """`parameter`: of a cognitive model, see `model`"""
    title: NotRequired[str]
    """Title, meaning, unit and the like are in the language asked for"""
    model: NotRequired[str]
    """The cognitive model a parameter is of"""
    version: NotRequired[str]
    """Of that model"""
    says_not: NotRequired[str]
    """What a high or low value does not mean"""
    among: Among | None


class Label(TypedDict):
    """Where a label points."""

    label: str
    choices: list[Choice]
    updated_at: str


class LabelAnswerIn(TypedDict):
    """What one worker said of one task."""

    task: str
    worker: str
    label: str


class LabelIn(TypedDict):
    """Where a label shall point: at one version, or at several to compare them."""

    choices: list[Choice]


class LabelledTask(TypedDict):
    """The most probable label of a task, its probability, and what the majority says."""

    label: str
    probability: float
    majority: list[str]


class Labels(TypedDict):
    """Truth and workers by the algorithm that was asked for."""

    kind: NotRequired[Literal["labels"]]
    tasks: dict[str, LabelledTask]
    workers: dict[str, float]
    """Expected share of right labels"""


class LabelsIn(TypedDict):
    """Labels of many tasks by many workers."""

    kind: Literal["labels"]
    answers: list[LabelAnswerIn]
    algorithm: NotRequired[Literal["dawid-skene", "glad", "mace", "one-coin-dawid-skene"]]
    """All but the first need crowd-kit on the server: the extra `crowd`"""


LegalItem: TypeAlias = str


class Live(TypedDict):
    """The process answers."""

    status: NotRequired[Literal["ok"]]


class LiveCrowd(TypedDict):
    """What other players of this game answered to one question, before they saw anybody else's answer."""

    key: str
    """Of the question"""
    n: int
    """People, at least five; each counts once"""
    quartiles: tuple[float, float, float]


class MatchStanding(TypedDict):
    """Mean Brier score of one judge over the turns it forecast; `crowd` is the mean of all judges."""

    kind: Literal["person", "model", "llm", "engine", "crowd"]
    judge: str
    you: bool
    turns: int
    brier: float
    engine_brier: float
    """Of the engine on the same turns"""


class Message(TypedDict):
    """One message: plain text, or parts."""

    role: Literal["system", "user", "assistant"]
    content: str | list[Content]


class MessageOut(TypedDict):
    """A sentence before it is put into words: the id of a template, and what goes into its places."""

    id: str
    args: dict[str, JsonValue]


class Metrics(TypedDict):
    """On people held out. `gain` is by how many nats per decision each rival's log-loss is higher."""

    people: int
    decisions: int
    scores: Scores
    rivals: dict[str, Scores]
    gain: dict[str, Estimate]


class Model(TypedDict):
    """One model of one provider."""

    name: str
    provider: str
    kind: str
    """Kind of provider"""
    model: str
    offline: bool
    """True for the built-in templates: no language model is asked"""
    input_usd_per_million: str | None
    """Of tokens read; null when the price is not known"""
    output_usd_per_million: str | None
    context_tokens: int | None
    """The longest question with its answer, where known"""
    circuit: str
    """closed: it is asked; open: it failed too often and is left alone for a while"""


class ModelCard(TypedDict):
    """Everything about a model that a reader should know before believing it (Mitchell et al. 2019)."""

    id: str
    name: str
    kind: Literal["predictor", "opponent", "cognitive", "aggregator", "emotion"]
    algorithm: str
    status: Literal["draft", "active", "archived"]
    description: str
    mine: bool
    active_version: int | None
    definition: GameRef | None
    """The choices its active version is for"""
    created_at: str
    title: str
    """Of the algorithm"""
    config: dict[str, JsonValue]
    licence: str
    sources: list[str]
    trainable: bool
    versions: int
    active: ModelVersion | None
    predictor: str | None
    """Of an opponent: the model and version it predicts with"""


class ModelPart(TypedDict):
    """One part of the explanation, in words and in nats."""

    key: str
    statement: str
    log_odds: dict[str, float]
    seen: float
    taken: float


class ModelVersion(TypedDict):
    """What one training or upload gave; only its status ever changes."""

    id: str
    model_id: str
    number: int
    status: Literal["candidate", "active", "archived"]
    format: Literal["safetensors", "onnx"]
    size: int
    """Bytes of the artefact"""
    sha256: str
    """Of the artefact, hex"""
    algorithm: str
    algorithm_version: str
    code_version: str
    """Version of HAGAME that made it"""
    definition: GameRef
    """The choices it is for"""
    metrics: Metrics | None
    """On people held out; null where a file was uploaded"""
    data: dict[str, Any]
    """What it was trained on: source, people, decisions, SHA-256 of all of it"""
    seed: int | None
    parent: int | None
    """Number of the version it follows"""
    task_id: str | None
    """The training"""
    created_at: str


class Models(TypedDict):
    """Everything that can be asked, and your budget."""

    offline: bool
    """True when the alias `default` asks no language model, but the templates"""
    models: list[Model]
    aliases: list[Alias]
    max_output_tokens: int
    budget: Budget


class Move(TypedDict):
    """What a move is answered with, and what the log keeps."""

    turn: int
    player: Side
    timed_out: bool
    """Your time was over, so the definition's default was chosen"""
    opponent: OpponentSide | None
    """null where nobody plays beside you"""
    others: list[Other]
    """Each AI by seat, where there are several"""
    replies: list[Reply]
    """What AIs did openly after your move, in order"""
    outcome: dict[str, JsonValue]
    """What else the turn showed, by the rules of the game"""
    foregone: dict[str, float] | None
    """What each action would have paid, where the game shows it"""
    ai: NotRequired[Side | None]
    """In recorded matches: what the AI had sealed, and what it would have got"""
    prediction: dict[str, float]
    """Of your move, sealed before it"""
    surprise_bits: float
    """-log2 of the probability given to your move"""
    bits_known: float
    """Mean over this match of log2(legal actions) - surprise_bits"""
    commitment: Opened
    why: str
    """Why the AI chose its move"""
    why_message: NotRequired[MessageOut | None]
    """What `why` says; null in words of a language model"""
    explanation: list[Part]
    """softmax of the sum of the parts' log-odds is the prediction; the last part holds all smaller ones"""
    change: NotRequired[Change | None]
    """Said in the turn in which it was noticed"""
    score: Score
    traits: dict[str, Trait]
    """As inferred so far, in every fifth turn and at the end; empty between"""
    status: Literal["active", "finished", "abandoned"]
    next: Next | None
    view: dict[str, JsonValue] | None
    """What may be seen at the end; before it see next.view"""
    judgment: NotRequired[QuestionnaireState | NewsState | None]
    """In games of judgments: a model of their state, which tells of no open question"""


class MoveIn(TypedDict):
    """One decision."""

    turn: int
    action: str | None
    """One of `legal_actions`, or a number that `numbers` allows. null, where there is a time limit, leaves the choice to the definition's default"""
    response_time_ms: NotRequired[int | None]
    observed_opponent_action: NotRequired[str | None]
    """Only and always in matches with `recorded`"""


class NewApiKey(TypedDict):
    """The one answer in which the key itself is told."""

    id: str
    name: str
    prefix: str
    """How the key begins"""
    scopes: list[Literal["play", "read:logs", "llm", "research"]]
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    """To the minute; null: never"""
    revoked_at: str | None
    key: str


class NewSecondFactor(TypedDict):
    """What an authenticator app needs, told this once. It is in force when a first code confirms it."""

    secret: str
    """Base32, to be typed"""
    uri: str
    """The same for a program"""
    qr: str
    """The same as a QR code, an SVG as data URI"""


class NewWatchLink(TypedDict):
    """A link that was made just now. Its token is told this once; one that was made before is worthless."""

    since: str | None
    """Since when there is a link; null for none"""
    show_name: bool
    token: str
    """Who sends it as `Watch-Token` may watch"""
    address: str
    """Of the page that shows the match: what follows the address of this server"""


class NewsState(TypedDict):
    """After the dilemmas so far: the belief-action model beside its Markov rival."""

    kind: Literal["dilemmas"]
    cases: list[Case]
    last: Chosen | None
    incompatibility: float
    """Of asking about the other and deciding: norm of the commutator"""
    interference: Interfered | None
    """Once each case has been met"""
    people: People
    comparison: Comparison


class Next(TypedDict):
    """The open turn: what may be done, and the seal on the AI's prediction and, where both choose at once, its move."""

    turn: int
    commitment: str
    """SHA-256, hex, of nonce bytes followed by the payload's UTF-8 bytes"""
    sealed: list[Literal["action", "prediction"]]
    """What the seal holds: where the AI moves openly or not at all, only its prediction"""
    legal_actions: list[str]
    numbers: NumbersOut | None
    """Where the choice is a number: which ones"""
    time_limit_s: float | None
    """Time to move, counted from the answer before; null for none"""
    replies: list[Reply]
    """What AIs did openly since your last move, in order"""
    view: dict[str, JsonValue]


class Numbers(TypedDict):
    """Of some calls."""

    calls: int
    errors: int
    """Calls that ended without an answer"""
    cache_hits: int
    """Answered from the cache, or with an equal call that ran"""
    input_tokens: int
    output_tokens: int
    cost_usd: str
    p50_ms: float | None
    """Half of the calls took no longer"""
    p95_ms: float | None


class NumbersIn(TypedDict):
    """Estimates of one quantity."""

    kind: Literal["numbers"]
    estimates: list[Estimate1]
    method: NotRequired[Literal["median", "mean", "trimmed_mean", "geometric_mean"]]


class NumbersOut(TypedDict):
    """
    The choice is a number: every `step` from `low` to `high`, written in its shortest form.

    `legal_actions` are the bins between `edges` in which it is predicted.
    """

    low: float
    high: float
    step: float
    edges: list[float]
    unit: str


class OfModel(TypedDict):
    """Of the calls that one model answered; without a model those that none did."""

    calls: int
    errors: int
    """Calls that ended without an answer"""
    cache_hits: int
    """Answered from the cache, or with an equal call that ran"""
    input_tokens: int
    output_tokens: int
    cost_usd: str
    p50_ms: float | None
    """Half of the calls took no longer"""
    p95_ms: float | None
    provider: str | None
    model: str | None


class Oidc(TypedDict):
    """The login provider."""

    name: str | None
    """null: none is set"""


class OidcBeginIn(TypedDict):
    """Somebody registered shows their password, which links their account; others show nothing."""

    password: NotRequired[str | None]


class OidcBegun(TypedDict):
    """Where the browser goes."""

    url: str


class OidcFinishIn(TypedDict):
    """What the provider sent along; for a second step, with the code of a second factor, `state` and `totp` alone."""

    state: str
    code: NotRequired[str | None]
    totp: NotRequired[str | None]


class OidcLink(TypedDict):
    """A login of yours at a provider."""

    id: str
    issuer: str
    created_at: str
    """Since when it is linked"""
    works: bool
    """Whether its provider is the one that is set here now"""


class OpenTurn(TypedDict):
    """The turn that can be forecast. `told` is what the player sees, in words; `view` the same as data."""

    turn: int
    options: list[str]
    told: str
    view: dict[str, Any]
    sealed: list[SealedForecast]
    yours: Forecast | None


class Opened(TypedDict):
    """The opened seal: sha256(bytes.fromhex(nonce) + payload.encode()) is the commitment that was shown."""

    sha256: str
    nonce: str
    payload: str
    """Canonical JSON of turn, action and prediction"""


class OpenedForecast(TypedDict):
    """A forecast after the move. `sha256` is that of the bytes of `nonce` (hex) followed by `payload`."""

    kind: Literal["person", "model", "llm"]
    judge: str
    you: bool
    probabilities: dict[str, float]
    brier: float | None
    sha256: str
    nonce: str
    payload: str


class Opponent(TypedDict):
    """An installed opponent."""

    key: str
    version: str
    title: str
    summary: str
    sources: list[str]
    parameters_schema: dict[str, JsonValue]


class OpponentRef(TypedDict):
    """Against whom."""

    key: str
    version: str
    title: str
    summary: str


class OpponentSide(TypedDict):
    """What the AI did and got; of several AIs all actions, and the mean of what they got."""

    action: str | None
    """The one sealed, or the first open one; null when it had nothing to do"""
    payoff: float


Option: TypeAlias = str


class Order(TypedDict):
    """The order effect itself: share of yes when asked first minus second, and the test that order matters at all."""

    a: float
    b: float
    g2: float
    """Likelihood ratio, 3 degrees of freedom"""
    p_value: float


class OrderEffect(TypedDict):
    """Tests without parameters, then five fitted models, and which of them does better."""

    qq: QQ
    order: Order
    similarity_index: float
    models: list[Fit]
    verdict: str


class OrderEffectIn(TypedDict):
    """Two groups that answered the same two questions: one A then B, the other B then A."""

    ab: Answers
    ba: Answers


class Other(TypedDict):
    """What one of several AIs did and got."""

    seat: int
    action: str | None
    payoff: float


class Outcome(TypedDict):
    """What came true."""

    option: str | None
    number: float | None
    resolved_at: str


class OutcomeIn(TypedDict):
    """One value of one call; given again, it replaces the first."""

    name: str
    value: float
    """On a scale that the name stands for"""


class OutcomeReport(TypedDict):
    """All versions that have values under one name."""

    name: str
    arms: list[Arm]
    contrasts: list[Contrast]


class Overview(TypedDict):
    """How many there are."""

    registered: int
    guests: int
    shut_out: int
    administrators: int
    sessions: int
    """That can be renewed"""
    api_keys: int
    """Good now"""
    matches_of_a_day: int
    """Begun in the last 24 hours"""
    tasks_open: int
    tasks_failed_of_a_day: int
    """Asked for in the last 24 hours"""
    outbox: int
    """Due tasks that the broker was not told about"""


class PageOfAiModel(TypedDict):
    items: list[AiModel]
    next_cursor: str | None


class PageOfApiKey(TypedDict):
    items: list[ApiKey]
    next_cursor: str | None


class PageOfAudit(TypedDict):
    items: list[Audit]
    next_cursor: str | None


class PageOfCall(TypedDict):
    items: list[Call]
    next_cursor: str | None


class PageOfDecision(TypedDict):
    items: list[Decision]
    next_cursor: str | None


class PageOfDefinition(TypedDict):
    items: list[Definition]
    next_cursor: str | None


class PageOfInstanceSummary(TypedDict):
    items: list[InstanceSummary]
    next_cursor: str | None


class PageOfKeyOf(TypedDict):
    items: list[KeyOf]
    next_cursor: str | None


class PageOfModelVersion(TypedDict):
    items: list[ModelVersion]
    next_cursor: str | None


class PageOfPerson(TypedDict):
    items: list[Person]
    next_cursor: str | None


class PageOfPromptSummary(TypedDict):
    items: list[PromptSummary]
    next_cursor: str | None


class PageOfQuestion(TypedDict):
    items: list[Question]
    next_cursor: str | None


class PageOfReport(TypedDict):
    items: list[Report]
    next_cursor: str | None


class PageOfSession(TypedDict):
    items: list[Session]
    next_cursor: str | None


class PageOfTask(TypedDict):
    items: list[Task]
    next_cursor: str | None


class PageOfTaskOf(TypedDict):
    items: list[TaskOf]
    next_cursor: str | None


class PageOfTraitsAfterMatch(TypedDict):
    items: list[TraitsAfterMatch]
    next_cursor: str | None


class PageOfWatchSummary(TypedDict):
    items: list[WatchSummary]
    next_cursor: str | None


class Paragraph(TypedDict):
    """A piece of a text, and the keys of the facts that it rests on."""

    text: str
    facts: list[str]


class ParameterEstimate(TypedDict):
    """A posterior of one parameter."""

    value: float
    """At the posterior mean on the unbounded scale"""
    se: float
    """Posterior standard deviation"""
    low: float
    """Lower end of the 95 % interval"""
    high: float
    """Upper end of the 95 % interval"""


class ParameterGroup(TypedDict):
    """The distribution of a parameter among people, on the unbounded scale; `median` on its own."""

    mean: float
    mean_se: float
    sd: float
    sd_se: float
    median: float
    low: float
    """Lower end of the 95 % interval of the median"""
    high: float
    """Upper end"""


class Part(TypedDict):
    """One part of the explanation, in words and in nats."""

    key: str
    statement: str
    message: NotRequired[MessageOut | None]
    """What `statement` says, for programs and translators"""
    log_odds: dict[str, float]
    seen: float
    taken: float


class PasswordAndCodeIn(TypedDict):
    """Both factors."""

    password: str
    code: str
    """Six digits of the authenticator app, or a recovery code"""


class PasswordIn(TypedDict):
    """A change of password."""

    current_password: str
    new_password: str
    """12 characters or more, or fewer that are hard to guess; not a common password"""


class People(TypedDict):
    """Both models, with as many parameters, on published answers of people. BIC: lower is better."""

    n: int
    quantum_bic: float
    classical_bic: float
    verdict: str


class Person(TypedDict):
    """A person, as administrators see them."""

    id: str
    username: str
    email: str | None
    """null for a guest"""
    role: Literal["player", "researcher", "admin"]
    is_guest: bool
    has_password: bool
    """Without one, guests have tokens alone, others a login provider"""
    created_at: str
    is_active: bool
    second_factor: bool
    """Whether logging in asks for a code"""


class PersonFit(TypedDict):
    """What one person's trials say."""

    n: int
    """Trials with a choice"""
    parameters: dict[str, ParameterEstimate]
    derived: dict[str, float]
    """What follows from the parameters, e.g. shares"""
    log_likelihood: float
    """At the top of the posterior, nats"""
    log_evidence: float
    """Log marginal likelihood, nats"""
    bic: float
    held_out: float | None
    """Log-loss (nats) of the second half of the trials, by a fit to the first; null with few trials"""
    rivals: dict[str, float | None]
    """The same by an even draw, and by own shares; not for times"""
    converged: bool
    warnings: list[str]
    """Few trials, estimates at an edge, what nothing is known of, rough intervals"""


class Placed(TypedDict):
    """An answered question: the angle of its yes-line, and the state that is sure to answer yes."""

    key: str
    text: str
    degrees: float
    yes: tuple[float, float, float]
    """x, y, z in the Bloch ball: of length 1 if the state is pure, 0 if nothing is known"""


class PlayedTurn(TypedDict):
    """A turn that is over. Scores are null where the clock chose."""

    turn: int
    options: list[str]
    action: str
    opponent_action: str | None
    payoff: float
    timed_out: bool
    engine: EngineForecast
    forecasts: list[OpenedForecast]
    pools: NotRequired[list[Pooled]]
    """Of all judges, without the engine; probabilities as in `options`"""


class Pooled(TypedDict):
    """One way to make one answer of many, with its Brier score once the outcome is known."""

    method: str
    probabilities: list[float]
    score: float | None


class PooledNumber(TypedDict):
    """One number for many, with a 95 % bootstrap interval, and its absolute error once it is known."""

    method: str
    value: float
    interval: tuple[float, float] | None
    score: float | None


class PooledNumbers(TypedDict):
    """One number for many, with a 95 % bootstrap interval over judges."""

    kind: NotRequired[Literal["numbers"]]
    value: float
    interval: tuple[float, float] | None
    n: int


class PosedChoice(TypedDict):
    """What one choice was about, in games that do not ask the same in every round."""

    stage: NotRequired[int | None]
    """Which of the recurring kinds of choice it was"""
    legal: NotRequired[list[LegalItem] | None]
    """Default: all actions"""
    features: NotRequired[list[Feature] | None]
    """What told the options apart"""


class Predict(TypedDict):
    """What comes next, as far as the model can tell."""

    model: str
    """Algorithm, or id of the model"""
    version: int | None
    """Number of the trained version; null for an untrained model"""
    predictor_version: str
    prediction: dict[str, float]
    """Probability of each action; they sum to 1"""


class PredictIn(TypedDict):
    """One history."""

    version: NotRequired[int | None]
    """Default: the active one, else the newest"""
    definition: NotRequired[str | None]
    """Default: the one it was trained for; needed by a model without versions"""
    history: list[Round]
    """Oldest first; empty for somebody new"""
    next: NotRequired[PosedChoice | None]
    """The coming choice, where the game does not always ask the same"""


class Predictability(TypedDict):
    """What makes you predictable in one game, over all your matches of it. The shares sum to `bits`."""

    game: str
    decisions: int
    """How many it rests on: the latest ones"""
    matches: int
    bits: float
    """What the AI knew about each decision; 0 is no better than guessing"""
    low: float
    high: float
    shares: list[Share]
    """Largest first"""


class Probabilities(TypedDict):
    """One distribution for many, beside the plain mean, and how far the judges differ."""

    kind: NotRequired[Literal["probabilities"]]
    pooled: list[float]
    mean: list[float]
    weights: dict[str, float]
    spread: float
    """Mean squared distance of the judges to their mean (diversity, in Brier points)"""


class ProbabilitiesIn(TypedDict):
    """Probabilities of the same options by several judges; weights learnt from settled questions if they are given."""

    kind: Literal["probabilities"]
    judges: list[Judge]
    judgments: list[Judgment1]
    """In the order of `judges`"""
    method: NotRequired[Literal["linear", "logarithmic", "median", "extremised"]]
    weighting: NotRequired[Literal["equal", "performance", "contribution"]]
    settled: NotRequired[list[SettledIn]]


Probability: TypeAlias = float


class Problem(TypedDict):
    """An error as RFC 9457 tells it. Some problems carry more: what is current, what would be legal."""

    type: str
    """Stable name of the kind of problem"""
    title: str
    status: int
    detail: str
    request_id: str | None
    errors: NotRequired[list[Fault]]
    """Each fault of the input, with its place"""


class Profile(TypedDict):
    """What a person sets about the way HAGAME shows itself."""

    display_name: str | None
    language: str
    preferences: dict[str, JsonValue]


class ProfileIn(TypedDict):
    """What is left out stays as it is."""

    display_name: NotRequired[str | None]
    language: NotRequired[str]
    """BCP 47"""
    preferences: NotRequired[dict[str, JsonValue]]
    """Anything the page wants to keep, at most 8 KiB of JSON"""


class Prompt(TypedDict):
    """A prompt with its labels and all its versions, newest first."""

    name: str
    description: str
    built_in: bool
    latest: int
    created_at: str
    labels: list[Label]
    versions: list[PromptVersion]


class PromptIn(TypedDict):
    """A prompt with its first version, or one from a file."""

    messages: list[TemplateMessage]
    variables: NotRequired[dict[str, JsonValue]]
    """JSON Schema (2020-12) of the variables"""
    model: NotRequired[str | None]
    """Model or alias, unless the call names another"""
    temperature: NotRequired[float | None]
    max_output_tokens: NotRequired[int | None]
    response_schema: NotRequired[dict[str, JsonValue] | None]
    """JSON Schema (2020-12) of the answer"""
    offline_answer: NotRequired[str | None]
    """Jinja2 template of the answer where no language model is connected"""
    public: NotRequired[bool]
    """Equal questions of different people may share one cached answer"""
    note: NotRequired[str]
    """Why this version was made"""
    name: str
    description: NotRequired[str]


class PromptRef(TypedDict):
    """A stored prompt: by version, or by the label that points at one. Without either, the label `production`."""

    name: str
    version: NotRequired[int | None]
    label: NotRequired[str | None]
    variables: NotRequired[dict[str, JsonValue]]
    """As the version's JSON Schema asks"""


class PromptSummary(TypedDict):
    """A prompt in the list."""

    name: str
    description: str
    built_in: bool
    latest: int
    created_at: str


class PromptUsed(TypedDict):
    """Which version of which prompt was asked."""

    name: str
    version: int
    label: str | None


class PromptVersion(TypedDict):
    """One stored version. It never changes."""

    messages: list[TemplateMessage]
    variables: NotRequired[dict[str, JsonValue]]
    """JSON Schema (2020-12) of the variables"""
    model: NotRequired[str | None]
    """Model or alias, unless the call names another"""
    temperature: NotRequired[float | None]
    max_output_tokens: NotRequired[int | None]
    response_schema: NotRequired[dict[str, JsonValue] | None]
    """JSON Schema (2020-12) of the answer"""
    offline_answer: NotRequired[str | None]
    """Jinja2 template of the answer where no language model is connected"""
    public: NotRequired[bool]
    """Equal questions of different people may share one cached answer"""
    note: NotRequired[str]
    """Why this version was made"""
    version: int
    created_at: str


class ProofIn(TypedDict):
    """Who is here shows it once more."""

    password: str


class QQ(TypedDict):
    """The QQ equality: q is 0 when both answers are projections of one state."""

    q: float
    z: float
    p_value: float


class QuantumQuestionIn(TypedDict):
    """Yes is the subspace that `vectors` span; in two dimensions an `angle` in radians will do."""

    vectors: NotRequired[list[Vector] | None]
    angle: NotRequired[float | None]


class Question(TypedDict):
    """A question as you may see it."""

    id: str
    title: str
    details: str
    options: list[str] | None
    unit: str | None
    reveal: Literal["after_judging", "after_closing", "always"]
    closes_at: str
    open: bool
    yours_to_resolve: bool
    judges: int
    outcome: Outcome | None
    your_judgment: Judgment | None
    created_at: str


class QuestionIn(TypedDict):
    """A question: with `options` judges give probabilities, without they estimate a number."""

    title: str
    details: NotRequired[str]
    options: NotRequired[list[Option] | None]
    unit: NotRequired[str | None]
    """Of the number, where there are no options"""
    reveal: NotRequired[Literal["after_judging", "after_closing", "always"]]
    """When a person may see what the crowd says"""
    closes_at: str
    """RFC 3339 with a time zone"""


class QuestionnaireState(TypedDict):
    """After the answers so far: two levels per block, moved by Lueders' rule. Entropies: sums over blocks, in bits."""

    kind: Literal["questions"]
    entropy_start: float
    entropy_now: float
    blocks: list[BlockState]
    """The block answered last; at the end all that were answered"""
    comparison: Comparison


class Rating(TypedDict):
    """Skill as a normal belief; 25 with standard deviation 8.3 before the first match, more is better."""

    mean: float
    sd: float
    low: float
    """2.5 % quantile"""
    high: float
    """97.5 % quantile"""
    won: int
    drawn: int
    lost: int


class Ready(TypedDict):
    """What each neighbour answered."""

    status: Literal["ok", "degraded", "unavailable"]
    database: Literal["ok", "away", "not configured"]
    cache: Literal["ok", "away", "not configured"]
    broker: Literal["ok", "away", "not configured"]


class RecordedPerson(TypedDict):
    """Somebody without a name."""

    matches: list[Match]


class Recordings(TypedDict):
    """What was stored. The same people give the same SHA-256."""

    id: str
    sha256: str
    people: int
    decisions: int
    created_at: str


class RecordingsIn(TypedDict):
    """Recorded people, in the order of their decisions."""

    definition: str
    """Id of a game definition, or its key for the newest version"""
    people: list[RecordedPerson]


class RecoveryCodes(TypedDict):
    """Each replaces a code of the app, once. Told this once."""

    recovery_codes: list[str]


class RefreshIn(TypedDict):
    """The newest refresh token of a session."""

    refresh_token: str


class RegisterIn(TypedDict):
    """A new account, or the account that a guest becomes."""

    email: str
    """Unique whatever the case"""
    username: str
    """3 to 32 letters, digits, `_`, `.` or `-`; unique whatever the case"""
    password: str
    """12 characters or more, or fewer that are hard to guess; not a common password"""


class Render(TypedDict):
    """What would be asked. Nothing was."""

    version: int
    label: str | None
    messages: list[Message]
    offline_answer: str | None
    most_input_tokens: int
    """A bound; the exact number is the provider's"""


class RenderIn(TypedDict):
    """A dry run: which version, with which variables."""

    version: NotRequired[int | None]
    label: NotRequired[str | None]
    variables: NotRequired[dict[str, JsonValue]]


class Reply(TypedDict):
    """A move that an AI made openly."""

    seat: int
    """Whose: 1 and above are AIs"""
    action: str
    why: str
    message: NotRequired[MessageOut | None]
    """What `why` says, for programs and translators"""


class Report(TypedDict):
    """A report that is there."""

    id: str
    span: Literal["session", "week", "month", "all"]
    created_at: str
    facts: dict[str, Any]
    """What it says, as numbers and sentences"""


class ReportIn(TypedDict):
    """Which report is to be made."""

    span: Literal["session", "week", "month", "all"]
    """session: since the last pause of half an hour"""


class ResolutionIn(TypedDict):
    """What came true: an option, or the number."""

    option: NotRequired[str | None]
    number: NotRequired[float | None]


class RoleIn(TypedDict):
    """What a person may do."""

    role: Literal["player", "researcher", "admin"]


class Round(TypedDict):
    """One decision, and what the other side did."""

    stage: NotRequired[int | None]
    """Which of the recurring kinds of choice it was"""
    legal: NotRequired[list[LegalItem] | None]
    """Default: all actions"""
    features: NotRequired[list[Feature] | None]
    """What told the options apart"""
    action: str
    opponent_action: NotRequired[str | None]
    """Where somebody answers"""
    payoff: NotRequired[float | None]
    """What it paid, in games without a table of payoffs"""
    response_time_ms: NotRequired[int | None]


History: TypeAlias = list[Round]


Match: TypeAlias = list[Round]


class Score(TypedDict):
    """Sums of payoffs so far."""

    player: float
    opponent: float | None
    """Mean over the AIs; null where nobody plays beside you"""


class Scores(TypedDict):
    """Of one forecaster: log-loss in nats, accuracy, multi-class Brier score, expected calibration error."""

    log_loss: Estimate
    accuracy: Estimate
    brier: Estimate
    ece: Estimate


class SealedForecast(TypedDict):
    """A forecast of the open turn, as far as it may be known."""

    kind: Literal["person", "model", "llm"]
    sha256: str


class SecondFactor(TypedDict):
    """Whether logging in asks for a code besides the password."""

    enabled: bool
    since: str | None
    recovery_codes_left: int


class Session(TypedDict):
    """A session that can go on: somebody is logged in somewhere."""

    id: str
    """As access tokens name it in `sid`"""
    began_at: str
    renewed_at: str
    """When it was given its newest tokens; last used then, or in the life of an access token after"""
    expires_at: str
    """When it ends unless it is renewed"""
    second_factor: bool
    """Whether one was shown when it began"""
    current: bool
    """Whether it is the one that asks"""
    browser: str | None
    """The browser or program it began in"""
    system: str | None
    """The system it began on"""


class SettledIn(TypedDict):
    """A question whose answer is known, with what some of the judges had said."""

    judges: list[Judge]
    judgments: list[Judgment2]
    """In the order of `judges`"""
    truth: int
    """Index of the option that came true"""


class Share(TypedDict):
    """What one kind of evidence told the AI of each decision, in bits, with a 95 % interval; below 0 it misled."""

    kind: str
    statement: str
    bits: float
    low: float
    high: float


class Side(TypedDict):
    """What one side did and got."""

    action: str
    payoff: float


class Standing(TypedDict):
    """One place on the board: mean Brier score over settled questions, lower is better."""

    kind: Literal["person", "model", "llm"]
    judge: str
    you: bool
    questions: int
    brier: float
    crowd_brier: float
    """Of the mean of all judges on the same questions"""


class Started(TypedDict):
    """Work that goes on in the background; GET /tasks/{task_id} tells how far it is."""

    task_id: str


class State(TypedDict):
    """The state after all answers, what each of them did, and where it would be without the last one."""

    dimensions: int
    steps: list[Step]
    now: KnownState
    without_last: KnownState | None
    density_real: list[list[float]]
    density_imaginary: list[list[float]]
    incompatibility: dict[str, dict[str, float]]
    """Norm of the commutator, 0 to 1/2"""


class StateIn(TypedDict):
    """Questions as projectors and the answers so far, from a state in which nothing is known."""

    questions: dict[str, QuantumQuestionIn]
    answers: list[AnswerIn]


class Stats(TypedDict):
    """All calls that you may see. Hours and days without calls are left out."""

    since: str
    until: str
    bucket: Literal["hour", "day"]
    total: Numbers
    series: list[InTime]
    by_model: list[OfModel]


class Step(TypedDict):
    """What one answer did; entropies in bits."""

    question: str
    answer: bool
    probability: float
    """Before it was given"""
    entropy_before: float
    entropy_after: float


Tag: TypeAlias = str


class Task(TypedDict):
    """One piece of background work of yours."""

    id: str
    kind: str
    state: Literal["queued", "running", "waiting", "done", "failed", "cancelled"]
    """waiting: for the shards it was split into"""
    progress: float
    note: str
    """What it is at"""
    result: dict[str, Any] | None
    """Of a task that is done"""
    problem: TaskProblem | None
    """Of a task that failed"""
    attempt: int
    """How often it was begun"""
    created_at: str
    started_at: str | None
    finished_at: str | None


class TaskOf(TypedDict):
    """A task of anybody, without what came of it."""

    id: str
    user_id: str | None
    """null: the system's own"""
    username: NotRequired[str | None]
    kind: str
    state: Literal["queued", "running", "waiting", "done", "failed", "cancelled"]
    progress: float
    attempt: int
    """How often it was begun"""
    problem: TaskProblem | None
    """Of a task that failed"""
    created_at: str
    started_at: str | None
    finished_at: str | None


class TaskProblem(TypedDict):
    """Why a task failed, as RFC 9457 tells it."""

    type: str
    title: str
    status: int
    detail: str


class TemplateMessage(TypedDict):
    """One message; `content` is a Jinja2 template."""

    role: Literal["system", "user", "assistant"]
    content: str


class TextPart(TypedDict):
    """Text."""

    type: Literal["text"]
    text: str


Content: TypeAlias = TextPart | ImagePart | AudioPart


class Tokens(TypedDict):
    """An access token for `Authorization: Bearer`, and the refresh token that gets the next pair, once."""

    access_token: str
    refresh_token: str
    token_type: NotRequired[Literal["bearer"]]
    expires_in: int
    """Life of the access token, seconds"""


class TrainIn(TypedDict):
    """A training."""

    data: FromLog | FromRecordings | FromSimulation
    seed: NotRequired[int]
    """Of the split, and of what the algorithm draws"""
    held_out: NotRequired[float]
    """Share of the people that the metrics are measured on"""
    parent: NotRequired[int | None]
    """The version it follows; default: the newest"""


class Trait(TypedDict):
    """One inferred trait: a posterior, never a bare number. Units and meanings: /users/me/cognitive-profile."""

    mean: float
    sd: float
    low: float
    """2.5 % quantile of the posterior"""
    high: float
    """97.5 % quantile of the posterior"""
    n: int
    """Decisions it rests on"""


class TraitStatistics(TypedDict):
    """How a trait is distributed among people."""

    trait: str
    people: int
    quantiles: dict[str, float]
    """By per cent"""
    updated_at: str


class TraitsAfterMatch(TypedDict):
    """What was known after one match and all before it."""

    instance_id: str
    started_at: str
    decisions: int
    """Decisions in this match"""
    inferred: dict[str, InferredTrait]


class UnlinkIn(TypedDict):
    """Whoever has a password shows it once more."""

    password: NotRequired[str | None]


class Usage(TypedDict):
    """Tokens as the provider counted them; `cached_tokens` are those of the input that it had read before."""

    input_tokens: int
    output_tokens: int
    cached_tokens: NotRequired[int]


class User(TypedDict):
    """A person, as they see themselves."""

    id: str
    username: str
    email: str | None
    """null for a guest"""
    role: Literal["player", "researcher", "admin"]
    is_guest: bool
    has_password: bool
    """Without one, guests have tokens alone, others a login provider"""
    created_at: str


VectorItem: TypeAlias = float


Vector: TypeAlias = list[VectorItem]


class VersionIn(TypedDict):
    """One wording of a prompt, with what it takes and how it is asked."""

    messages: list[TemplateMessage]
    variables: NotRequired[dict[str, JsonValue]]
    """JSON Schema (2020-12) of the variables"""
    model: NotRequired[str | None]
    """Model or alias, unless the call names another"""
    temperature: NotRequired[float | None]
    max_output_tokens: NotRequired[int | None]
    response_schema: NotRequired[dict[str, JsonValue] | None]
    """JSON Schema (2020-12) of the answer"""
    offline_answer: NotRequired[str | None]
    """Jinja2 template of the answer where no language model is connected"""
    public: NotRequired[bool]
    """Equal questions of different people may share one cached answer"""
    note: NotRequired[str]
    """Why this version was made"""


class VersionPut(TypedDict):
    """What becomes of a version."""

    status: Literal["candidate", "active", "archived"]
    """active: it is played with from now on; the one before is a candidate"""


class VoteIn(TypedDict):
    """A vote, the shares of votes that this person expects, and how sure they are."""

    choice: str
    expected: NotRequired[dict[str, float] | None]
    confidence: NotRequired[float | None]


class Votes(TypedDict):
    """What each rule chooses; more than one option in a tie, null where votes lack what the rule needs."""

    kind: NotRequired[Literal["votes"]]
    shares: dict[str, float]
    majority: list[str]
    surprisingly_popular: list[str] | None
    confidence_weighted: list[str] | None


class VotesIn(TypedDict):
    """Votes for one of several options."""

    kind: Literal["votes"]
    options: list[Option]
    votes: list[VoteIn]


class Watch(TypedDict):
    """
    A match with its open turn, the latest turns (newest first), and who has forecast it best.

    `open` is null while there is nothing to forecast: before the first move, and after the last.
    """

    id: str
    game: str
    title: str
    opponent: str
    status: Literal["active", "finished", "abandoned"]
    turn: int
    judges: int
    """Judges of the open turn so far"""
    yours: bool
    created_at: str
    open: OpenTurn | None
    played: list[PlayedTurn]
    standings: list[MatchStanding]


class WatchIn(TypedDict):
    """A match of yours whose next moves others may forecast from now on."""

    instance: str
    """One of /games/my-instances that is active"""


class WatchLink(TypedDict):
    """Whether a match may be watched."""

    since: str | None
    """Since when there is a link; null for none"""
    show_name: bool


class WatchLinkIn(TypedDict):
    """A link by which others may watch a match of yours."""

    show_name: NotRequired[bool]
    """Tell them your display name, or your username where you have none"""


class WatchSummary(TypedDict):
    """A match that can be forecast. Nothing says whose it is, but to its player."""

    id: str
    game: str
    title: str
    opponent: str
    status: Literal["active", "finished", "abandoned"]
    turn: int
    judges: int
    """Judges of the open turn so far"""
    yours: bool
    created_at: str


class WatchedGame(TypedDict):
    """What is played."""

    key: str
    engine: str
    title: str


class WatchedMatch(TypedDict):
    """
    A match as those may see it who hold its link: what is under the seal, and what was inferred of the player, not.

    Of a game in which one seat knows what others do not, turns and views are shown when it is over.
    """

    game: WatchedGame
    opponent: WatchedOpponent
    player: str | None
    """Name of the player, where the player wants it told"""
    private: bool
    """Whether turns and views are held back until the match is over"""
    status: Literal["active", "finished", "abandoned"]
    turn: int
    """The turn that is open, or would be"""
    score: Score
    next: WatchedNext | None
    """null once the match is over"""
    turns: list[WatchedTurn]
    """The latest hundred, in order"""


class WatchedNext(TypedDict):
    """The open turn: the seal on it, and what the player sees of the game as far as others may."""

    turn: int
    commitment: str
    sealed: list[Literal["action", "prediction"]]
    legal_actions: list[str]
    replies: list[WatchedReply]
    view: dict[str, JsonValue]


class WatchedOpponent(TypedDict):
    """Against whom."""

    key: str
    title: str
    summary: str


class WatchedReply(TypedDict):
    """A move that an AI made openly."""

    seat: int
    action: str


class WatchedTurn(TypedDict):
    """A turn that is over, its seal opened."""

    turn: int
    player: Side
    opponent: OpponentSide | None
    others: list[Other]
    replies: list[WatchedReply]
    """What AIs did openly after it, in order"""
    prediction: dict[str, float]
    surprise_bits: float
    commitment: Opened
    score: Score
    status: Literal["active", "finished", "abandoned"]
    next: WatchedNext | None
    view: dict[str, JsonValue] | None
    """At the end of the match; before it see next.view"""


class Words(TypedDict):
    """A text written from facts alone: every number in it stands in a fact that is cited with it."""

    author: Literal["engine", "language-model", "template"]
    """template: no language model is connected; engine: its text did not come or did not hold"""
    paragraphs: list[Paragraph]
    facts: list[Fact]
    model: str | None
    prompt: PromptUsed | None
    fallback: str | None
    """Why the engine's own words stand"""