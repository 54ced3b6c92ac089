"""One turn of one match: rules + opponent + predictor + live cognition. Pure; the heart of the house.

The AI's prediction of the player is sealed before the player moves, and so is the AI's own move where both choose at
once. The seal shown is SHA-256(nonce || payload), the payload being the canonical JSON of turn, AI's action and
prediction; nonce and payload are shown after the move, so anyone can check that nothing was changed. The nonce comes
from a secret of the match and not from its seed: whoever knows the seed still cannot open a seal by its hash alone.

Where the AI moves before or after the player (boards, bargaining), its moves are played and shown as they come, and
nothing is sealed about them: `action` in the payload is null then. `rules.game` tells how that follows from the rules.

All draws of a turn come from Philox(key=seed, counter=turn) (Salmon et al. 2011), so a retried turn draws the same
numbers and no generator state is stored. A state is bounded: it never holds the history.

`state` holds what a match is between two turns, `seals` what is fixed before a move, `turn` plays, `storage` writes.
"""

from hagame.match.seals import LEAST, scene, verify
from hagame.match.state import (
    SECRET_BYTES,
    Last,
    Match,
    MatchState,
    Reply,
    Scored,
    Sealed,
    Turn,
)
from hagame.match.storage import STATE_VERSION, Dumped, dump, dump_clouds, load
from hagame.match.turn import default_action, legal_actions, numbers, play, reseal, score_prediction, start, view

__all__ = [
    "LEAST",
    "SECRET_BYTES",
    "STATE_VERSION",
    "Dumped",
    "Last",
    "Match",
    "MatchState",
    "Reply",
    "Scored",
    "Sealed",
    "Turn",
    "default_action",
    "dump",
    "dump_clouds",
    "legal_actions",
    "load",
    "numbers",
    "play",
    "reseal",
    "scene",
    "score_prediction",
    "start",
    "verify",
    "view",
]
