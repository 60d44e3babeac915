"""Errors, split by who must act."""


class GuardianError(Exception):
    """Root of every error this program raises on purpose; the message says what, where and what to do."""


class UsageError(GuardianError):
    """The caller's fault: arguments, configuration, paths. Exit code 2."""


class PluginError(GuardianError):
    """A plugin or rule is at fault; the message names plugin, rule and file. Exit code 3."""


class ReviewError(GuardianError):
    """A remote model failed.

    Attributes:
        retryable: whether the same request may succeed later.
    """

    def __init__(self, message: str, *, retryable: bool) -> None:
        """Keep the message and whether retrying helps."""
        super().__init__(message)
        self.retryable = retryable


class FixRefusedError(GuardianError):
    """A fixer sees that it must not touch this place; the message is the reason, as a phrase without a full stop."""
