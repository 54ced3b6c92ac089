"""What the engine says, apart from the language it is said in.

The engine makes a `Message`: an id and arguments. A catalogue holds one template for each id, and `say` fills it in.
Another language is another catalogue with the same ids and the same placeholders.
"""

from hagame.mind.language.choice import LANGUAGES, choose_language
from hagame.mind.language.message import Message, from_json, message
from hagame.mind.language.rendering import Sentence, say, sentence, told, translated

__all__ = [
    "LANGUAGES",
    "Message",
    "Sentence",
    "choose_language",
    "from_json",
    "message",
    "say",
    "sentence",
    "told",
    "translated",
]
