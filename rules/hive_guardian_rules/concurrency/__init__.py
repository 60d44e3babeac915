"""Rules about coroutines, tasks and outbound calls."""
