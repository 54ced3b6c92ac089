"""The API to read and to try, from our own files: nothing is loaded from elsewhere, and no script stands in a page."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from hagame.web.serve import DIST, HEADERS

# The viewers set styles of their own, and draw icons from data.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)

SWAGGER = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>HAGAME API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="{files}/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="{files}/swagger-ui-bundle.js"></script><script src="{files}/start.js"></script></body></html>
"""

REDOC = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>HAGAME API reference</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"></head>
<body><redoc spec-url="/openapi.json" disable-search></redoc>
<script src="{files}/redoc.standalone.js"></script></body></html>
"""

NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>HAGAME API</title></head>
<body><p>The viewer comes with the page, which has not been built: run <code>make web</code>.
The API itself is described in <a href="/openapi.json">/openapi.json</a>.</p></body></html>
"""


def mount(app: FastAPI) -> None:
    """Serve `/docs` and `/redoc`."""

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        """To try."""
        return _viewer("swagger-ui", SWAGGER)

    @app.get("/redoc", include_in_schema=False)
    async def redoc() -> HTMLResponse:
        """To read."""
        return _viewer("redoc", REDOC)


def _viewer(name: str, page: str) -> HTMLResponse:
    headers = HEADERS | {"Content-Security-Policy": POLICY}
    for folder in (DIST / "assets").glob(f"{name}-*"):
        return HTMLResponse(page.format(files=f"/assets/{folder.name}"), headers=headers)
    return HTMLResponse(NOT_BUILT, headers=headers)
