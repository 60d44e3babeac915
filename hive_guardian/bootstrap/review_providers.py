"""Find who can be asked to review: the providers that come with this program, and those of plugins."""

from collections.abc import Mapping

from hive_guardian.bootstrap.entry_points import EntryPoint, find_entry_points
from hive_guardian.bootstrap.plugins import OWN, _hooks
from hive_guardian.model.errors import PluginError, UsageError
from hive_guardian.review.provider_setup import BUILT_IN, ProviderFactory

_SDK = ("anthropic", "httpx2")
_EXTRA = "the provider {name} needs the extra review: pip install 'hive-guardian[review]'"


def find_factory(name: str) -> ProviderFactory:
    """Return what builds a provider.

    Args:
        name: as in `review.provider`.

    Raises:
        UsageError: there is no such provider, or the anthropic SDK is not installed.
        PluginError: a plugin that brings one did not load.
    """
    if name in BUILT_IN:
        return _built_in(name)
    foreign: dict[str, ProviderFactory] = {}
    for point in sorted(find_entry_points(), key=lambda point: point.distribution):
        if point.distribution != OWN:
            foreign.update(_providers_of(point))
    if name in foreign:
        return foreign[name]
    from hive_guardian.model.spelling import nearest  # only a mistake needs it

    known = ("offline", "replay", *BUILT_IN, *sorted(foreign))
    raise UsageError(
        f"review.provider: there is no provider {name!r}{nearest(name, known)}; there are {', '.join(known)}"
    )


def _built_in(name: str) -> ProviderFactory:
    try:
        from hive_guardian.adapters.review_clients import FACTORIES  # imports the anthropic SDK
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _SDK:
            raise
        raise UsageError(_EXTRA.format(name=name)) from error
    return FACTORIES[name]


def _providers_of(point: EntryPoint) -> Mapping[str, ProviderFactory]:
    """Return the providers of one plugin; one that takes the name of a built-in provider brings none."""
    distribution = point.distribution
    try:
        found: dict[str, ProviderFactory] = {}
        for each in _hooks(point.load(), distribution).hook.register_review_providers():
            found.update(each)
    except Exception as error:
        raise PluginError(f"plugin {distribution} did not load: {type(error).__name__}: {error}") from error
    taken = sorted(set(found) & set(BUILT_IN))
    if taken:
        raise PluginError(f"plugin {distribution}: {', '.join(taken)} is a provider of hive-guardian itself")
    return found
