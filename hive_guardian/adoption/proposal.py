"""Put the settings together that describe a project and that it keeps."""

from collections.abc import Collection, Mapping, Sequence

from hive_guardian.adoption.contract_proposals import propose_contracts
from hive_guardian.adoption.import_linter import Foreign
from hive_guardian.adoption.trial import Ground, objection
from hive_guardian.model.frozen_class import frozen


@frozen
class Proposal:
    """The settings to add, and what was not proposed.

    Attributes:
        settings: keys of `[tool.hive-guardian]`, in order.
        notes: one sentence each.
    """

    settings: Mapping[str, object]
    notes: tuple[str, ...]


def propose(
    ground: Ground,
    *,
    level: str,
    layout: Mapping[str, Sequence[str]],
    foreign: Sequence[Foreign],
    present: Collection[str] = (),
) -> Proposal:
    """Propose settings.

    Args:
        ground: the project, as the layout divides it.
        level: the severity to begin with.
        layout: the keys of `layout`; empty for a single project.
        foreign: contracts of import-linter, to be carried over.
        present: keys the project sets already; nothing is looked for there.
    """
    settings: dict[str, object] = {"level": level, "layout": dict(layout)}
    if "contracts" in present:
        return Proposal(settings, ())
    carried, notes = _carry_over(ground, foreign)
    kinds = {one["kind"] for one in carried}
    own = propose_contracts(ground, layout)
    contracts = [*carried, *(one for one in own.contracts if one["kind"] not in kinds)]
    return Proposal({**settings, "contracts": contracts}, (*notes, *own.notes))


def _carry_over(ground: Ground, foreign: Sequence[Foreign]) -> tuple[list[Mapping[str, object]], list[str]]:
    """Return the contracts of import-linter that hold here too, and why the others are left out."""
    carried: list[Mapping[str, object]] = []
    notes: list[str] = []
    for one in foreign:
        reason = one.obstacle or objection(ground, one.table)
        if reason:
            notes.append(f'not carried over from {one.source}, "{one.name}": {reason}')
        else:
            carried.append(one.table)
    return carried, notes
