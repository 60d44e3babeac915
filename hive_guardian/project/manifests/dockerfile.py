"""`FROM` lines of a Dockerfile: images, tags, stages."""

import re

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.manifests.document import ManifestProblem, Place, decode

_FROM = re.compile(r"FROM\s+((?:--\S+\s+)*)(\S+)(?:\s+AS\s+(\S+))?\s*$", re.IGNORECASE)
_ESCAPE = re.compile(r"#\s*escape\s*=\s*`\s*$", re.IGNORECASE)
_HEREDOC = re.compile(r"(?:RUN|COPY|ADD)\b.*?<<-?([\"']?)([A-Za-z_]\w*)\1", re.IGNORECASE)
_DOCKERFILE = re.compile(r"(?:.+[.-])?(?:Dockerfile|Containerfile)(?:[.-].+)?|.+\.dockerfile", re.IGNORECASE)


@frozen
class BaseImage:
    """One `FROM`.

    Attributes:
        image: as written.
        repository: last part of the image name, without registry and tag (`python`); empty for a stage or a variable.
        tag: tag, empty when absent or unknown.
        digest: `sha256:...`, empty when absent.
        stage: name given by `AS`, empty when none.
        is_stage: it builds on an earlier stage or `scratch`.
        is_parametrised: an `ARG` takes part in name or tag.
        platform: value of `--platform`, empty when absent.
        place: where the image name stands.
    """

    image: str
    repository: str
    tag: str
    digest: str
    stage: str
    is_stage: bool
    is_parametrised: bool
    platform: str
    place: Place


def is_dockerfile(path: str) -> bool:
    """Whether a file is a Dockerfile by its name."""
    return _DOCKERFILE.fullmatch(path.rpartition("/")[2]) is not None


def read_dockerfile(path: str, content: bytes) -> tuple[BaseImage, ...] | ManifestProblem:
    """Every `FROM` of a Dockerfile, in order.

    A variable is replaced by nothing: an image that depends on one is marked, its tag is unknown.
    """
    text = decode(path, content)
    if isinstance(text, ManifestProblem):
        return text
    found: list[BaseImage] = []
    stages: set[str] = {"scratch"}
    for number, line in _instructions(text):
        match = _FROM.match(line)
        if match:
            column = match.start(2) + 1
            image = _image(match, stages, Place(path, number, column))
            found.append(image)
            stages.add(image.stage.lower())
    return tuple(found)


def _instructions(text: str) -> list[tuple[int, str]]:
    """Logical lines, numbered by their first physical line; comments and here-documents are left out."""
    lines = text.splitlines()
    escape = "`" if lines and _ESCAPE.match(lines[0].strip()) else "\\"
    found: list[tuple[int, str]] = []
    parts: list[str] = []
    first, heredoc = 1, ""
    for number, raw in enumerate(lines, 1):
        if heredoc:
            heredoc = "" if raw.strip() == heredoc else heredoc
            continue
        if raw.lstrip().startswith("#") or (parts and not raw.strip()):
            continue
        first = first if parts else number
        continues = raw.rstrip().endswith(escape)
        parts.append(raw.rstrip().removesuffix(escape) if continues else raw)
        if not continues:
            line = " ".join(parts)
            opened = _HEREDOC.match(line.lstrip())
            heredoc = opened[2] if opened else ""
            found.append((first, line))
            parts = []
    return [*found, (first, " ".join(parts))] if parts else found


def _image(match: re.Match[str], stages: set[str], place: Place) -> BaseImage:
    flags, image, stage = match[1], match[2], match[3] or ""
    platform = re.search(r"--platform=(\S+)", flags)
    is_parametrised = "$" in image
    name, _, digest = image.partition("@")
    is_stage = name.lower() in stages
    repository, _, tag = name.rpartition("/")[2].partition(":")
    unknown_name = "$" in repository or is_stage
    return BaseImage(
        image=image,
        repository="" if unknown_name else repository.lower(),
        tag="" if "$" in tag or is_stage else tag,
        digest=digest,
        stage=stage,
        is_stage=is_stage,
        is_parametrised=is_parametrised,
        platform=platform[1] if platform else "",
        place=place,
    )
