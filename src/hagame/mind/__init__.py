"""The AI engine: what models a person and what plays against one. Pure functions and values; no I/O."""
