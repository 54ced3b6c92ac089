"""The gateway to language models. The rooms above use `app.state.llm`, a `Gateway`."""

from hagame.llm.gateway import Gateway
from hagame.llm.prompt_schemas import PromptIn
from hagame.llm.prompts import load_built_in
from hagame.llm.schemas import Call, Caller, Completion, PromptRef

__all__ = ["Call", "Caller", "Completion", "Gateway", "PromptIn", "PromptRef", "load_built_in"]
