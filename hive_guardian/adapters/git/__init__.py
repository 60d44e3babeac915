"""What git knows: earlier and staged content, where a project comes from, when a line was written."""
