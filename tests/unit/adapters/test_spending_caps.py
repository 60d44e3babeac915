"""A thousand reviews at once, in processes and threads, some of them killed: no cap is exceeded, at no moment."""

import sqlite3
import subprocess
import sys
from pathlib import Path

from hive_guardian.adapters.review_ledger import SqliteLedger
from hive_guardian.review.ledger import Account, Scope
from tests.fakes.review_models import NOON
from tests.fakes.spender import CAPS, CHANGES

_ROOT = Path(__file__).parents[3]
_RUNS = 1000
_AT_ONCE = 4
_PORTION = 50


def test_spending_stays_below_every_cap(tmp_path: Path) -> None:
    """Neither reservations with bills nor what the remote side really charged, whoever was killed in the middle."""
    ledger_file, bills, runs = tmp_path / "ledger.sqlite3", tmp_path / "bills", tmp_path / "runs"
    SqliteLedger(ledger_file).close()
    runs.touch()
    running: list[subprocess.Popen[bytes]] = []
    codes: list[int] = []
    seed = 0
    while running or len(runs.read_bytes().split()) < _RUNS:
        while len(running) < _AT_ONCE and len(runs.read_bytes().split()) + len(running) * _PORTION < _RUNS + _PORTION:
            seed += 1
            arguments = [str(ledger_file), str(bills), str(runs), str(seed), str(_PORTION)]
            running.append(subprocess.Popen([sys.executable, "-m", "tests.fakes.spender", *arguments], cwd=_ROOT))
        codes.append(running.pop(0).wait(120))
        _hold_the_caps(ledger_file)
    _hold_the_caps(ledger_file)
    used = _used(ledger_file, Scope.MONTH)
    charged = sum(map(int, bills.read_text("ascii").split()))
    assert charged <= used
    assert set(codes) == {0, 9}, "some processes were killed, the others ended well"
    assert used > 3_500_000, "the caps were reached"


def _used(path: Path, scope: Scope, change: str = "", review: str = "") -> int:
    ledger = SqliteLedger(path)
    found = ledger.used(scope, Account("shop", change, review, NOON)).micro_usd
    ledger.close()
    return found


def _hold_the_caps(path: Path) -> None:
    """Compare what is booked, in money and tokens, with every cap."""
    caps = {cap.scope: cap for cap in CAPS}
    for scope in (Scope.DAY, Scope.MONTH):
        assert _used(path, scope) <= (caps[scope].micro_usd or 0)
    for number in range(CHANGES):
        assert _used(path, Scope.CHANGE, f"change {number}") <= (caps[Scope.CHANGE].micro_usd or 0)
    connection = sqlite3.connect(path)
    query = "SELECT max(micro_usd), max(tokens) FROM (SELECT sum(micro_usd) AS micro_usd, sum(tokens) AS tokens "
    row = connection.execute(f"{query} FROM bookings GROUP BY review)").fetchone()
    connection.close()
    assert (row[0] or 0) <= (caps[Scope.REVIEW].micro_usd or 0)
    assert (row[1] or 0) <= (caps[Scope.REVIEW].tokens or 0)
