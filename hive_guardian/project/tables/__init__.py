"""Bundled facts about the Python ecosystem, as text that is parsed on first use."""
