"""Built-in providers. They come through the entry points of `hagame.llm`, like a stranger's."""
