"""The performance budget, measured: every figure is a ratio of two programs run side by side."""
