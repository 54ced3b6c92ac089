"""The page: built from `web/` by `python -m hagame.web.build`, served from `dist` beside this file."""

from fastapi import FastAPI

from hagame.web import documentation, serve

__all__ = ["mount"]


def mount(app: FastAPI) -> None:
    """Serve the page at `/`, its files, and the documentation of the API."""
    documentation.mount(app)
    serve.mount(app)
