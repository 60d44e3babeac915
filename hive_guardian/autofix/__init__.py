"""Fixes: from the edits of one finding to files that are proven to be as good as before."""
