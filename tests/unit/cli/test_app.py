import sys
from types import ModuleType

import click
import pytest

from hive_guardian.cli import app
from tests.fakes.secrets import make_secrets


def test_a_crash_does_not_repeat_a_secret(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What nobody foresaw ends with exit code 3 and a message, without the token that it quotes."""
    secret = make_secrets()["github"]

    @click.command()
    def broken() -> None:
        raise RuntimeError(f"cannot read {secret}")

    module = ModuleType("broken_command")
    monkeypatch.setattr(module, "broken", broken, raising=False)
    monkeypatch.setitem(sys.modules, "broken_command", module)
    monkeypatch.setitem(app._COMMANDS, "broken", ("broken_command", "broken", "Fail."))
    monkeypatch.delenv("HIVE_GUARDIAN_DEBUG", raising=False)
    assert app.run(["broken"]) == app.INCOMPLETE
    shown = capsys.readouterr().err
    assert "itself failed: RuntimeError: cannot read ⟦SECRET:github:1⟧" in shown
    assert secret not in shown
