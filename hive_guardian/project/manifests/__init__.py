"""Readers of what a repository declares about itself: metadata, dependencies, locks, toolchains.

Every reader takes text or bytes and returns frozen data with positions. A file that cannot be read as what it
claims to be gives a `ManifestProblem`, never an exception.
"""
