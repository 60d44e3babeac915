"""Golden rules about how code is packaged and found."""
