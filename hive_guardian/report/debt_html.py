"""The debt ledger as one self-contained HTML page: no script, nothing from the network, opens from disk."""

from collections.abc import Iterator

from hive_guardian.engine.debt import DebtLedger, count_by_owner
from hive_guardian.report.debt_words import (
    HEADER,
    Grouping,
    Row,
    describe_excess,
    describe_flaws,
    describe_kinds,
    describe_total,
    group,
    make_row,
    order,
)
from hive_guardian.report.html_head import draw_head, read_asset
from hive_guardian.report.markup import to_html, to_html_prose


def render(ledger: DebtLedger, grouping: Grouping) -> str:
    """Return the page; the same bytes for equal ledgers."""
    style = f"{read_asset('page.css')}{read_asset('debt.css')}"
    return "\n".join(
        (
            *draw_head(describe_total(ledger), style),
            *_draw_top(ledger),
            *_draw_owners(ledger),
            *_draw_groups(ledger, grouping),
            *(f'<p class="coverage">{to_html_prose(note)}</p>' for note in ledger.notes),
            f"<footer>hive-guardian {to_html(ledger.version)}, {ledger.today.isoformat()}</footer></main>",
            "</body>",
            "</html>",
            "",
        )
    )


def _draw_top(ledger: DebtLedger) -> Iterator[str]:
    """Yield the size of the ledger, what is wrong with it, and the budgets that do not suffice."""
    kind = "" if ledger.debts else ' class="clean"'
    yield '<header class="top"><strong>hive-guardian</strong><span>debt</span></header>'
    yield f"<main><h1{kind}>{to_html(describe_total(ledger))}</h1>"
    parts = [", ".join(describe_kinds(ledger)), ", ".join(describe_flaws(ledger))] if ledger.debts else []
    text = ". ".join(part for part in parts if part) or "Nothing is excepted from policy"
    yield f'<p class="coverage">{to_html(text)}.</p>'
    if ledger.excesses:
        yield '<section class="alert"><h2>Too much</h2><ul>'
        yield from (f"<li>{to_html(describe_excess(excess))}</li>" for excess in ledger.excesses)
        yield "</ul></section>"


def _draw_owners(ledger: DebtLedger) -> Iterator[str]:
    """Yield one bar per owner, with what the budget allows."""
    owners = count_by_owner(ledger.debts)
    if not owners:
        return
    allowed = ledger.budget.owners
    most = max([*owners.values(), *(allowed[owner] for owner in owners if owner in allowed)])
    yield '<section class="card"><h2>By owner</h2><p>Who answers for how many; one may have several owners.</p>'
    yield '<table class="owners"><tr><th>Owner</th><th></th><th class="number">Exceptions</th>'
    yield '<th class="number">Allowed</th></tr>'
    for owner, count in owners.items():
        limit = allowed.get(owner)
        level = "over" if limit is not None and count > limit else "within"
        bar = f'<meter class="{level}" min="0" max="{most}" value="{count}">{count}</meter>'
        text = "" if limit is None else f"{limit:,}"
        yield f'<tr><td>{to_html(owner)}</td><td class="bar">{bar}</td>'
        yield f'<td class="number">{count:,}</td><td class="number">{text}</td></tr>'
    yield "</table></section>"


def _draw_groups(ledger: DebtLedger, grouping: Grouping) -> Iterator[str]:
    """Yield one table per group."""
    for name, debts in group(ledger.debts, grouping).items():
        yield f'<section class="card debts"><h2>{to_html(name)} <i>{len(debts):,}</i></h2>'
        yield '<div class="wide" tabindex="0"><table>'
        yield f"<tr>{''.join(f'<th>{title}</th>' for title in HEADER)}</tr>"
        for debt in order(debts, ledger.today):
            yield _draw_row(make_row(debt, ledger.today))
        yield "</table></div></section>"


def _draw_row(row: Row) -> str:
    shown = (
        ("kind", row.kind),
        ("rules", row.rules),
        ("mono place", row.place),
        ("days", row.age),
        ("days alarm" if row.is_expired else "days", row.until),
        ("number alarm" if row.is_unused else "number", row.hits),
        ("reason", row.reason),
    )
    return "<tr>" + "".join(f'<td class="{style}">{to_html_prose(text)}</td>' for style, text in shown) + "</tr>"
