"""The web shop of Lighthouse Books."""
