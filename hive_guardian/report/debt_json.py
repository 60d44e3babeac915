"""The debt ledger as JSON, version 1: one exception per line, so that two ledgers can be compared line by line."""

from hive_guardian.engine.debt import Debt, DebtLedger, count_by_owner
from hive_guardian.report.json_text import encode_json, encode_lines

VERSION = 1


def render(ledger: DebtLedger) -> str:
    """Return the ledger as JSON in ASCII."""
    debts = ledger.debts
    owners = {
        owner: {"count": count, "max": ledger.budget.owners.get(owner)}
        for owner, count in count_by_owner(debts).items()
    }
    summary = {
        "today": ledger.today.isoformat(),
        "count": len(debts),
        "max": ledger.budget.limit,
        "expired": sum(debt.is_expired(ledger.today) for debt in debts),
        "without_reason": sum(not debt.reason for debt in debts),
        "unused": sum(debt.hits == 0 for debt in debts),
        "oldest_days": max((age for debt in debts if (age := debt.age(ledger.today)) is not None), default=None),
    }
    excesses = [
        {"owner": one.owner or None, "count": one.count, "max": one.limit, "source": one.source}
        for one in ledger.excesses
    ]
    members = {
        "version": str(VERSION),
        "tool": encode_json({"name": "hive-guardian", "version": ledger.version}),
        "debts": encode_lines((_convert(debt, ledger) for debt in debts), margin="  "),
        "owners": encode_json(owners),
        "exceeded": encode_lines(excesses, margin="  "),
        "notes": encode_json(list(ledger.notes)),
        "summary": encode_json(summary),
    }
    return "{\n" + ",\n".join(f'  "{name}": {text}' for name, text in members.items()) + "\n}\n"


def _convert(debt: Debt, ledger: DebtLedger) -> dict[str, object]:
    """Return a debt with its members in the order of the contract; `null` for what nobody knows or said."""
    return {
        "kind": debt.kind.value,
        "rules": list(debt.rules),
        "path": debt.path,
        "source": debt.origin.source,
        "line": debt.origin.line,
        "what": debt.what,
        "owners": list(debt.owners),
        "reason": debt.reason or None,
        "since": debt.since.isoformat() if debt.since else None,
        "age_days": debt.age(ledger.today),
        "until": debt.until.isoformat() if debt.until else None,
        "expired": debt.is_expired(ledger.today),
        "hits": debt.hits,
    }
