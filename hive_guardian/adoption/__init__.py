"""How a project starts: what is there, which contracts already hold, and the files that say so. Pure; no disk."""
