"""What every game, model and opponent promises, as checks that a plugin's own tests can call.

    from hagame.testing import check_game

    def test_my_game_keeps_the_contract():
        check_game(MyGame(rounds=20))

Each check drives random play and raises `ContractBroken`, which says the promise and what was found instead.
`python -m hagame.testing golden DIRECTORY` writes a golden playthrough of each built-in definition; do so,
and raise the `version` of the game, when its behaviour has changed on purpose.
"""

from hagame.testing.cognition import check_family
from hagame.testing.common import ContractBroken
from hagame.testing.games import check_game
from hagame.testing.golden import golden, write_golden
from hagame.testing.models import check_model, check_training
from hagame.testing.opponents import check_opponent

__all__ = [
    "ContractBroken",
    "check_family",
    "check_game",
    "check_model",
    "check_opponent",
    "check_training",
    "golden",
    "write_golden",
]
