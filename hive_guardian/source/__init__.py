"""One parsed file: text, tree, comments, scopes and qualified names, positions."""
