"""The website's channel in plain Python: sessions, limits, turns. Knows nothing of Rasa."""
