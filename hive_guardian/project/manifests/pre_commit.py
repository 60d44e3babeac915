"""`.pre-commit-config.yaml`: which hook repositories are used at which revision."""

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.manifests.document import ManifestProblem, Place
from hive_guardian.project.manifests.yaml import YamlList, YamlMap, YamlScalar, read_yaml

PRE_COMMIT_NAMES = (".pre-commit-config.yaml", ".pre-commit-config.yml")


@frozen
class HookRepository:
    """One entry of `repos`.

    Attributes:
        url: as written, without `.git` and trailing slash; `local` and `meta` are words.
        revision: as written, empty when absent.
        hooks: ids in order.
        place: where `rev` stands, else where the entry does.
    """

    url: str
    revision: str
    hooks: tuple[str, ...]
    place: Place


def read_pre_commit(
    path: str, content: bytes, *, is_outline: bool = False
) -> tuple[HookRepository, ...] | ManifestProblem:
    """The hook repositories of a pre-commit configuration, in order; the list of its first version counts too.

    Args:
        path: root-relative.
        content: of the file.
        is_outline: as for `read_yaml`.
    """
    node = read_yaml(path, content, is_outline=is_outline)
    if isinstance(node, ManifestProblem):
        return node
    entries = node.items if isinstance(node, YamlList) else node.items("repos") if isinstance(node, YamlMap) else ()
    return tuple(_repository(entry) for entry in entries if isinstance(entry, YamlMap) and entry.scalar("repo"))


def _repository(entry: YamlMap) -> HookRepository:
    url, revision = entry.scalar("repo"), entry.scalar("rev") or entry.scalar("sha")
    hooks = (hook.scalar("id") for hook in entry.items("hooks") if isinstance(hook, YamlMap))
    return HookRepository(
        url.text.rstrip("/").removesuffix(".git") if url else "",
        revision.text if revision else "",
        tuple(hook.text for hook in hooks if isinstance(hook, YamlScalar)),
        revision.place if revision else entry.place,
    )
