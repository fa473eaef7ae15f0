"""The domain library of the Leg Pain Assistant: plain Python that knows nothing of Rasa."""

__version__ = "0.1.0"
