"""What a review would send and cost, before anybody is asked."""

from collections.abc import Mapping, Sequence

from hive_guardian.report.escaping import to_one_line

_MICRO = 1_000_000


def render_requests(requests: Sequence[tuple[str, str, str]], left_out: Sequence[str]) -> str:
    """Return the texts that would be sent, each with the name of its unit; the policy is written once.

    Args:
        requests: (unit, policy, data).
        left_out: what would not be sent, one sentence each.
    """
    lines: list[str] = []
    policies = list(dict.fromkeys(policy for _, policy, _ in requests))
    for policy in policies:
        lines += ["=== sent with every request ===", *_shown(policy), ""]
    for number, (unit, _, data) in enumerate(requests, start=1):
        lines += [f"=== request {number} of {len(requests)}: {to_one_line(unit)} ===", *_shown(data), ""]
    lines.append(f"{len(requests)} requests to the reviewer, besides those that verify its findings; nothing was sent")
    lines += [f"not sent: {to_one_line(one)}" for one in left_out]
    return "".join(f"{line}\n" for line in lines)


def _shown(text: str) -> list[str]:
    """Return lines that cannot act on a terminal; nothing else is changed, tabs neither."""
    return ["\t".join(map(to_one_line, line.split("\t"))) for line in text.split("\n")]


def render_costs(rows: Sequence[tuple[str, str, int, int, int]], budgets: Mapping[str, int]) -> str:
    """Return what each request may cost at worst.

    Args:
        rows: (unit, model, tokens in, tokens out at most, millionths of a dollar).
        budgets: scope -> limit in millionths of a dollar.
    """
    lines = [f"{'tokens in':>10} {'out <=':>8} {'worst $':>9}  unit"]
    for unit, _, tokens, out, micro in rows:
        lines.append(f"{tokens:>10,} {out:>8,} {micro / _MICRO:>9.4f}  {to_one_line(unit)}")
    models = ", ".join(sorted({model for _, model, *_ in rows if model})) or "none: nobody is asked"
    total = sum(row[4] for row in rows)
    lines += [
        f"{sum(row[2] for row in rows):>10,} {sum(row[3] for row in rows):>8,} {total / _MICRO:>9.4f}  in all",
        f"model: {to_one_line(models)}; the verification of findings comes on top",
        *(f"limit per {scope}: ${limit / _MICRO:.2f}" for scope, limit in sorted(budgets.items())),
    ]
    return "".join(f"{line}\n" for line in lines)
