"""AI models: registered, trained, versioned, asked, and played with."""
