"""The only place that imports Rasa: graph components, policy, channel, server.

The modules are imported by their full path from Rasa's own configuration files.
"""
