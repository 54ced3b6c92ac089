"""Serves the built page: one document, and assets whose names change with their content."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles

DIST = Path(__file__).parent / "dist"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""Nothing but our own files runs. Charts set style attributes on their SVG, so those are let in."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Vary": "Accept",
}

NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>HAGAME</title></head>
<body><h1>HAGAME</h1><p>The API is running; the page has not been built. Run <code>make web</code> and reload.</p>
<p><a href="/docs">API documentation</a></p></body></html>
"""


class _Assets(StaticFiles):
    """Files that may be kept for ever: another content has another name."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def mount(app: FastAPI) -> None:
    """Serve `/` and `/assets`. Programs that ask `/` get `{"status": "ok"}`."""

    @app.get("/", tags=["operations"], responses={200: {"content": {"text/html": {}}}})
    async def root(request: Request) -> Response:
        """The page for a browser, `{"status": "ok"}` for a program."""
        if "text/html" not in request.headers.get("accept", ""):
            return JSONResponse({"status": "ok"}, headers={"Vary": "Accept"})
        index = DIST / "index.html"
        if not index.exists():
            return HTMLResponse(NOT_BUILT, headers=HEADERS)
        return FileResponse(index, media_type="text/html", headers=HEADERS)

    app.mount("/assets", _Assets(directory=DIST / "assets", check_dir=False), name="assets")
