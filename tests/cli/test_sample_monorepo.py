import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import RunGuardian

SAMPLE = Path(__file__).parents[1] / "samples" / "monorepo"
SHOP = "apps/shop/src/shop"
CATALOG = "packages/catalog/src/catalog"

VIOLATIONS = [
    ("GR06", "layers", f"{CATALOG}/prices.py", "from shop.settings"),
    ("GR09", "bare-except", f"{SHOP}/checkout.py", "except:"),
    ("GR09", "vanilla-raise", f"{SHOP}/payments.py", "raise Exception"),
    ("GR10", "print", f"{SHOP}/checkout.py", "print("),
    ("GR12", "sleep", f"{SHOP}/payments.py", "time.sleep("),
    ("GR15", "yaml", f"{CATALOG}/feed.py", "yaml.Loader"),
    ("GR15", "shell", f"{CATALOG}/feed.py", "subprocess.run("),
    ("GR17", "global-statement", f"{CATALOG}/stock.py", "global _connection"),
    ("GR26", "hardcoded-path", f"{CATALOG}/feed.py", "/home/"),
    ("GR27", "floor", "packages/catalog/pyproject.toml", "requires-python"),
    ("GR30", "named", f"{SHOP}/payments.py", "CLIENT_SECRET ="),
    ("GR42", "bare", f"{SHOP}/orders.py", "FREE_SHIPPING_FROM ="),
    ("GR42", "statement", f"{SHOP}/checkout.py", "release(line.isbn"),
    ("GR43", "module", f"{SHOP}/customers.py", "from shop.orders"),
    ("GR43", "component", f"{CATALOG}/prices.py", "from shop.settings"),
    ("GR44", "silent", f"{SHOP}/checkout.py", "except Exception:"),
]


@pytest.fixture
def monorepo(tmp_path: Path) -> Path:
    """Return a copy of the sample, so that no test can leave a trace in the repository."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "monorepo"))


def line_of(path: Path, text: str) -> int:
    """Return the 1-based number of the only line that contains a text."""
    (number,) = (place for place, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if text in line)
    return number


def check(guardian: RunGuardian, monorepo: Path, *options: str) -> dict[str, Any]:
    """Run the check on the sample and return its JSON report."""
    done = guardian("check", "--format", "json", *options, cwd=monorepo)
    assert done.returncode == 1, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_each_planted_violation_is_found_where_it_stands(guardian: RunGuardian, monorepo: Path) -> None:
    """The demo shows what it promises: every kind of violation, at its line."""
    report = check(guardian, monorepo)
    found = {(finding["rule"], finding["check"], finding["path"], finding["line"]) for finding in report["findings"]}
    planted = {(rule, name, path, line_of(monorepo / path, text)) for rule, name, path, text in VIOLATIONS}
    assert planted - found == set()


def test_the_report_accounts_for_every_file(guardian: RunGuardian, monorepo: Path) -> None:
    """Every Python file of the sample was checked; nothing was skipped or failed."""
    report = check(guardian, monorepo)
    files = report["summary"]["files"]
    assert files["checked"] >= len(list(monorepo.rglob("*.py")))
    assert files["discovered"] == files["checked"] + files["skipped"]
    assert report["errors"] == []


def test_a_mended_sample_loses_its_finding(guardian: RunGuardian, monorepo: Path) -> None:
    """What the developer repairs disappears from the next run, cache or not."""
    checkout = monorepo / SHOP / "checkout.py"
    assert any(finding["rule"] == "GR10" for finding in check(guardian, monorepo)["findings"])
    text = checkout.read_text(encoding="utf-8")
    checkout.write_text(
        "".join(line for line in text.splitlines(keepends=True) if "print(" not in line), encoding="utf-8"
    )
    assert not any(finding["rule"] == "GR10" for finding in check(guardian, monorepo)["findings"])
