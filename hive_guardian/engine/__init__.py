"""Runs rules over a project: selection, the single walk, suppressions, fingerprints, cache, worker pool."""
