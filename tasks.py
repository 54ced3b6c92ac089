"""`celery -A tasks worker`, `beat` or `flower`: the application for Celery's own commands."""

from hagame.settings import Settings
from hagame.worker import create_worker

app = create_worker(Settings())
