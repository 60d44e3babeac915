"""What can be said about a change across files without a model: deterministic, no prose of its own, no confidence."""
