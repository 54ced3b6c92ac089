"""Built-in definitions of bargaining, public goods, guessing, estimates, questions and dilemmas with news."""

from __future__ import annotations

from pydantic import JsonValue

from hagame.rules.definition import BuiltIn

_MOORE = "Moore (2002). Public Opinion Quarterly 66(1), 80-91, as tabulated in Wang & Busemeyer (2013)"


def _number(key: str, text: str, truth: float, low: float, high: float, unit: str = "") -> dict[str, JsonValue]:
    return {"key": key, "text": text, "truth": truth, "low": low, "high": high, "unit": unit}


def _statement(key: str, text: str, *, true: bool) -> dict[str, JsonValue]:
    return {"key": key, "text": text, "kind": "probability", "unit": "%", "truth": 100 if true else 0}


_NUMBERS: list[JsonValue] = [
    _number("bones", "How many bones has the skeleton of a grown person?", 206, 0, 500),
    _number("piano", "How many keys has a full-size modern piano?", 88, 0, 200),
    _number("nations", "How many states are members of the United Nations (in 2024)?", 193, 0, 300),
    _number("everest", "How high is Mount Everest above the sea?", 8849, 0, 15_000, "m"),
    _number("railway", "In which year was the Stockton and Darlington Railway opened?", 1825, 1700, 1950),
    _number("sunlight", "How long does light travel from the Sun to the Earth?", 499, 0, 3600, "s"),
    _number("moon", "How far is the Moon from the Earth, on average?", 384_400, 1000, 100_000_000, "km")
    | {"scale": "log"},
    _number(
        "ox", "An ox was shown at a country fair. What did it weigh, slaughtered and dressed?", 1198, 500, 2000, "lb"
    )
    | {
        "crowd": {
            "n": 787,
            "quartiles": [1162, 1207, 1236],
            "source": "Galton (1907). Vox populi. Nature 75, 450-451: visitors of the fair in Plymouth, 1906",
        }
    },
]

_STATEMENTS: list[JsonValue] = [
    _statement("nile", "The Nile is longer than the Danube.", true=True),
    _statement("kilimanjaro", "Mount Kilimanjaro lies in Kenya.", true=False),
    _statement("tomato", "Botanically, the tomato is a fruit.", true=True),
    _statement("venus", "Venus is farther from the Sun than the Earth is.", true=False),
    _statement("sound", "Sound travels faster in water than in air.", true=True),
    _statement("wall", "From the Moon the Great Wall of China can be seen with the naked eye.", true=False),
    _statement("gold", "Gold is denser than lead.", true=True),
    _statement("people", "Australia has more people than Canada.", true=False),
    _statement("athens", "The first Olympic Games of modern times were held in Athens.", true=True),
    _statement("baikal", "Lake Baikal is the deepest lake on Earth.", true=True),
]

_BLOCKS: list[JsonValue] = [
    {
        "questions": [
            {"key": "clinton", "text": "Do you generally think Bill Clinton is honest and trustworthy?"},
            {"key": "gore", "text": "Do you generally think Al Gore is honest and trustworthy?"},
        ],
        "crowd": {
            "as_listed": {"n": 447, "first": 0.5346, "second": 0.6666, "both": 0.4899},
            "reversed": {"n": 432, "first": 0.7616, "second": 0.588, "both": 0.5625},
            "source": _MOORE,
        },
    },
    {
        "questions": [
            {"key": "rose", "text": "Should Pete Rose be eligible for the Baseball Hall of Fame?"},
            {"key": "jackson", "text": "Should Shoeless Joe Jackson be eligible for the Baseball Hall of Fame?"},
        ],
        "crowd": {
            "as_listed": {"n": 506, "first": 0.662, "second": 0.3557, "both": 0.3379},
            "reversed": {"n": 462, "first": 0.4827, "second": 0.539, "both": 0.4156},
            "source": _MOORE,
        },
    },
    {
        "questions": [
            {"key": "life", "text": "Are you happy with your life as a whole?"},
            {"key": "friends", "text": "Are you happy with how often you see your friends?"},
        ]
    },
    {
        "questions": [
            {"key": "news", "text": "Can most of what the news report be trusted?"},
            {"key": "science", "text": "Can most of what scientists report be trusted?"},
        ]
    },
]

DEFINITIONS: tuple[BuiltIn, ...] = (
    {
        "key": "ultimatum",
        "engine": "ultimatum",
        "title": "Ultimatum game",
        "description": "Twenty times ten coins to divide. One of you proposes how, the other accepts, or both get "
        "nothing. You take turns.",
        "parameters": {"pie": 10, "role": "alternating", "rounds": 20},
        "tags": ["bargaining"],
    },
    {
        "key": "dictator",
        "engine": "dictator",
        "title": "Dictator game",
        "description": "Ten times ten coins. You alone say how many the AI gets.",
        "parameters": {"pie": 10, "rounds": 10},
        "tags": ["bargaining"],
    },
    {
        "key": "trust",
        "engine": "trust",
        "title": "Trust game",
        "description": "Ten rounds. What one of you sends arrives threefold, and the other gives back what it likes. "
        "You take turns.",
        "parameters": {"endowment": 10, "multiplier": 3, "role": "alternating", "rounds": 10},
        "tags": ["bargaining"],
    },
    {
        "key": "public-goods",
        "engine": "public-goods",
        "title": "Public goods game",
        "description": "Ten rounds with three AI partners. What is put into the pot grows by 60 % and is shared by all "
        "four, whoever gave it.",
        "parameters": {"partners": 3, "endowment": 20, "multiplier": 1.6, "rounds": 10},
        "tags": ["dilemma", "group"],
    },
    {
        "key": "beauty-contest",
        "engine": "guessing",
        "title": "Guess two thirds of the average",
        "description": "You and nine AI players each name a number from 0 to 100. Whoever is closest to two thirds of "
        "the average of all wins. Four rounds.",
        "parameters": {"p": "2/3", "partners": 9, "rounds": 4},
        "tags": ["reasoning", "quick", "group"],
    },
    {
        "key": "estimates",
        "engine": "estimation",
        "title": "How many, how far, how heavy?",
        "description": "Eight quantities to estimate. For one of them a famous crowd has answered before: you may "
        "think again once you have seen it.",
        "parameters": {"questions": _NUMBERS, "revise": True},
        "tags": ["judgment", "quick"],
    },
    {
        "key": "probabilities",
        "engine": "estimation",
        "title": "How sure are you?",
        "description": "Ten statements, true or false. Say how probable each is; points are made so that honesty pays.",
        "parameters": {"questions": _STATEMENTS},
        "tags": ["judgment", "quick"],
    },
    {
        "key": "question-order",
        "engine": "questions",
        "title": "Questions, in some order",
        "description": "Eight yes/no questions in an order drawn for you. At the end you see what the order did to "
        "others.",
        "parameters": {"blocks": _BLOCKS},
        "tags": ["judgment", "quick"],
    },
    {
        "key": "sure-thing",
        "engine": "pd-information",
        "title": "Dilemmas with and without news",
        "description": "Eighteen prisoner's dilemmas. Sometimes you know what the other has done, and sometimes you "
        "do not.",
        "parameters": {},
        "tags": ["dilemma", "judgment"],
    },
)
