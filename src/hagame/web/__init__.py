"""The page: built from `web/` by `python -m hagame.web.build`, served from `dist` beside this file."""

from hagame.web.serve import mount

__all__ = ["mount"]
