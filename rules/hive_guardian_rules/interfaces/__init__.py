"""Golden rules about what a public surface promises."""
