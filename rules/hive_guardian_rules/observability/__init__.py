"""Rules about logs and measurements."""
