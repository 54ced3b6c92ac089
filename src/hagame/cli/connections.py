"""One HTTP connection: a caller that sends nothing whole in time is hung up on; one that is idle at the end is let go.

uvicorn times out connections that rest between requests, but not those in the middle of one, and at its end it closes
resting connections at once, on which a request may be under way; and WebSockets in the middle of an answer.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

REQUEST_TIMEOUT_S = 30.0
"""For a whole request, header and body: at most a mebibyte."""
LINGER_S = 0.5
"""How long an idle connection is listened to after the server was told to end."""
RESTART = 1012
"""The close code of a WebSocket whose server ends."""


class Connection(HttpToolsProtocol):
    """uvicorn's connection with a time limit for requests, and a last request for those that rest."""

    _draining = False
    _whole = True
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; the first request has to come."""
        super().connection_made(transport)
        self._arm()

    def data_received(self, data: bytes) -> None:
        """Take what came; the rest of a request has to come."""
        super().data_received(data)
        if self._timer is None and not self._whole:
            self._arm()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._whole = False
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its header is there; while the server ends, its answer closes the connection."""
        super().on_headers_complete()
        if self._draining and self.cycle is not None:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """It is there whole."""
        self._whole = True
        self._disarm()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """From now on it is no HTTP."""
        self._disarm()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._disarm()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """End after the answer that is being made, or after a moment in which one more request may come."""
        self._draining = True
        if self._rests():
            self.loop.call_later(LINGER_S, self._close_if_it_rests)
        else:
            self.cycle.keep_alive = False

    def _rests(self) -> bool:
        return self._whole and (self.cycle is None or self.cycle.response_complete)

    def _close_if_it_rests(self) -> None:
        if self._rests():
            self.transport.close()

    def _arm(self) -> None:
        self._timer = self.loop.call_later(REQUEST_TIMEOUT_S, self._hang_up)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _hang_up(self) -> None:
        self._timer = None
        self.transport.abort()


class Socket(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, which answers what it has taken before it ends; it pings every 20 s."""

    def shutdown(self) -> None:
        """Tell the application to close it, once it has answered; where it is closing already, close it."""
        if self.close_sent or not self.handshake_complete or self.transport.is_closing():
            super().shutdown()
            return
        self.stop_keepalive()
        self.close_timeout = LINGER_S
        self.queue.put_nowait({"type": "websocket.disconnect", "code": RESTART})
