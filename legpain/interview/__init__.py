"""The pain check: what is asked, what an answer means, what comes of it. Knows nothing of Rasa."""
