"""PostgreSQL and Valkey on this machine, from wheels, on unix sockets. Used by the doors and by the tests only."""

from hagame.local.home import Home
from hagame.local.postgresql import postgresql
from hagame.local.services import services
from hagame.local.valkey import valkey

__all__ = ["Home", "postgresql", "services", "valkey"]
