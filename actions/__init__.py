"""Custom actions, a topic a file: they look up, they do not decide."""
