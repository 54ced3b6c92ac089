"""The AI engine as a stateless service: computes on data in the body and keeps nothing."""
