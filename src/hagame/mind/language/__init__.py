"""What the engine says, apart from the language it is said in.

The engine makes a `Message`: an id and arguments. A catalogue holds one template for each id, and `say` fills it in.
Another language is another catalogue with the same ids and the same placeholders. Names, titles and descriptions are
translated by `in_language`, from the English text.
"""

from hagame.mind.language.choice import LANGUAGES, choose_language
from hagame.mind.language.message import Message, from_json, message
from hagame.mind.language.rendering import Sentence, say, sentence, told, translated
from hagame.mind.language.texts import in_language

__all__ = [
    "LANGUAGES",
    "Message",
    "Sentence",
    "choose_language",
    "from_json",
    "in_language",
    "message",
    "say",
    "sentence",
    "told",
    "translated",
]
