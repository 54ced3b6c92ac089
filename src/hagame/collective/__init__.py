"""Live questions to a crowd: people, models and language models judge, and the crowd's answer is made of all."""
