"""Rules about settings, paths and what ties code to one machine."""
