"""People: registering, proving who one is, and what one says of oneself."""
