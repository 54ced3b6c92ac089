"""What opens sockets and is no feature: tables, database, cache, security, telemetry."""
