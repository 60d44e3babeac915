"""Golden rules about code that means something else than it says, or nothing at all."""
