"""The dialogue of an appointment request, without Rasa: what was given, and what to ask next."""
