"""`uvicorn main:app`: with nothing set it brings its own database; with DATABASE_URL it uses that one."""

from hagame.app import create_app
from hagame.local import services
from hagame.settings import Settings

settings = Settings()
app = create_app(settings, services=None if settings.database_url else services)
