"""Who the player is: evidence of traits, and the posteriors it gives."""
