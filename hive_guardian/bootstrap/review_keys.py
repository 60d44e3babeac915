"""Find the secret of a provider; each has a variable of its own, so that none is sent to another's server."""

from collections.abc import Mapping

from hive_guardian.adapters.review_address import is_loopback
from hive_guardian.model.errors import UsageError
from hive_guardian.review.provider_setup import ANTHROPIC, BEDROCK, BUILT_IN, COMPATIBLE, FOUNDRY
from hive_guardian.review.settings import ReviewSettings

_VARIABLES = {
    ANTHROPIC: "ANTHROPIC_API_KEY",
    COMPATIBLE: "HIVE_GUARDIAN_COMPATIBLE_KEY",
    BEDROCK: "AWS_BEARER_TOKEN_BEDROCK",
    FOUNDRY: "ANTHROPIC_FOUNDRY_API_KEY",
}
_OTHER_CREDENTIALS = (
    "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE", "ANTHROPIC_IDENTITY_TOKEN", "ANTHROPIC_IDENTITY_TOKEN_FILE",
)  # fmt: skip
"""Variables by which the SDK finds credentials of other kinds, by itself."""
_SECRET_CREDENTIALS = ("ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_IDENTITY_TOKEN")
_OPTIONAL = frozenset(BUILT_IN) - {ANTHROPIC}
"""Providers that may work without a key, or say themselves what they lack."""


def find_key(settings: ReviewSettings, environ: Mapping[str, str]) -> str:
    """Return the secret of the configured provider, empty if it may do without.

    Raises:
        UsageError: it is missing, or the variable is that of another provider.
    """
    variable = settings.key_variable or _usual_variable(settings)
    _refuse_foreign(settings.provider, variable)
    key = environ.get(variable, "").strip() if variable else ""
    if key or (settings.provider in _OPTIONAL and not settings.key_variable):
        return key
    if settings.provider == ANTHROPIC and not settings.key_variable and any(map(environ.get, _OTHER_CREDENTIALS)):
        return ""
    if variable:
        raise UsageError(f"the provider {settings.provider} needs a key: set the environment variable {variable}")
    return ""


def list_keys(settings: ReviewSettings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the secrets of all providers that the environment holds, whoever is asked: none of them may be sent."""
    variables = (settings.key_variable, *_VARIABLES.values(), *_SECRET_CREDENTIALS)
    return tuple(value for name in variables if (value := environ.get(name, "").strip()))


def find_foreign_headers(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the headers that the SDK adds to requests to everybody.

    Source: anthropic SDK 2.11, `lib/_env.py`.
    """
    lines = environ.get("ANTHROPIC_CUSTOM_HEADERS", "").split("\n")
    names = (line.partition(":")[0].strip() for line in lines if ":" in line)
    return tuple(name for name in names if name)


def _usual_variable(settings: ReviewSettings) -> str:
    """Return the provider's own variable; what it holds is for its cloud, not for a server on this machine."""
    if settings.provider != COMPATIBLE and settings.base_url and is_loopback(settings.base_url):
        return "" if settings.provider in _OPTIONAL else _VARIABLES.get(settings.provider, "")
    return _VARIABLES.get(settings.provider, "")


def _refuse_foreign(provider: str, variable: str) -> None:
    owners = {**dict.fromkeys(_OTHER_CREDENTIALS, ANTHROPIC), **{own: name for name, own in _VARIABLES.items()}}
    owner = owners.get(variable, provider)
    if owner != provider:
        raise UsageError(
            f"review.key-variable: {variable} holds the key of {owner}, which is not sent to {provider}; "
            "use another variable"
        )
