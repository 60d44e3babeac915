"""The reviewer of changes: a chain of pure stages around an unreliable, untrusted and costly model."""
