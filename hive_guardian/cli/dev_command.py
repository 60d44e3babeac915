"""`hive-guardian dev`: for tests and demos."""

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hive_guardian.model.errors import UsageError
from hive_guardian.report.escaping import to_one_line
from hive_guardian.testing.messages_api import ANSWER, FAULTS, KEY, fault, say
from hive_guardian.testing.messages_api.script import Script, parse_script

if TYPE_CHECKING:
    from hive_guardian.testing.messages_api import Exchange

_SERVER = ("starlette", "uvicorn")
_TICK_SECONDS = 0.2


@click.group("dev")
def dev() -> None:
    """Tools for tests and demos.

    Example: hive-guardian dev fake-api --port 8901
    """


@dev.command(
    "fake-api",
    epilog="\b\nExamples:\n"
    "  hive-guardian dev fake-api --port 8901\n"
    "  hive-guardian dev fake-api --script answers.toml --latency-ms 200\n"
    "  hive-guardian dev fake-api --fault overloaded --times 2\n\n"
    "Exit codes: 0 stopped by Ctrl-C, 2 usage error.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Listen there; default: a port that is free.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="HOST", help="A loopback address.")
@click.option("--script", type=click.Path(dir_okay=False), metavar="FILE", help="What to answer, as TOML.")
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="Fail this way first; may be repeated.")
@click.option("--times", type=click.IntRange(min=1), metavar="N", help="Fail N times each; default: always.")
@click.option("--latency-ms", type=click.IntRange(min=0), metavar="N", help="Wait before each response.")
@click.option("--list-faults", is_flag=True, help="Print the names of all faults and end.")
def fake_api(
    port: int, host: str, script: str | None, faults: tuple[str, ...], times: int | None, latency_ms: int | None,
    *, list_faults: bool,
) -> int:  # fmt: skip
    """Run a Messages API on this machine that answers from a script, judges requests and fails on command.

    No model is behind it: without a script every answer reports no findings. It takes one key, which it prints, and
    refuses what the real API refuses. One line per request goes to standard output, never its content.
    """
    if list_faults:
        width = max(map(len, FAULTS))
        click.echo("\n".join(f"{each.name:<{width}}  {each.summary}" for each in FAULTS.values()))
        return 0
    _run(_add_faults(_read(script), faults, times), host, port, latency_ms)
    return 0


def _run(script: Script, host: str, port: int, latency_ms: int | None) -> None:
    try:
        from hive_guardian.testing.messages_api.serving import serve  # starlette and uvicorn are of the extra dev
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _SERVER:
            raise
        raise UsageError("dev fake-api needs the extra dev: pip install 'hive-guardian[dev]'") from error
    latency = script.latency_seconds if latency_ms is None else latency_ms / 1000
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())

    def tell(exchange: "Exchange") -> None:
        try:
            click.echo(to_one_line(_line(exchange)))
        except OSError:  # nobody reads any more
            stop.set()

    with serve(
        script.replies, host=host, port=port, first=script.first, default=script.default(say(ANSWER)),
        models=script.models, latency_seconds=latency, on_exchange=tell,
    ) as api:  # fmt: skip
        click.echo(f"Messages API on {api.url}\nkey: {KEY}\nCtrl-C stops it")
        while not stop.wait(_TICK_SECONDS):  # a wait without an end cannot be interrupted on Windows
            pass
    click.echo(f"stopped after {len(api.seen) + len(api.looked_up)} requests")


def _line(exchange: "Exchange") -> str:
    said = (
        exchange.method,
        exchange.path,
        exchange.model,
        "stream" if exchange.is_streamed else "",
        f"{exchange.size:,} bytes" if exchange.size else "",
        f"-> {exchange.status}",
        exchange.label,
        f"{exchange.seconds:.2f} s",
    )
    return " ".join(part for part in said if part)


def _read(name: str | None) -> Script:
    if name is None:
        return Script()
    try:
        return parse_script(Path(name).read_text(encoding="utf-8"), name)
    except OSError as error:
        raise UsageError(f"--script {name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"--script {name} is no UTF-8 text") from error


def _add_faults(script: Script, names: tuple[str, ...], times: int | None) -> Script:
    """Return a script that fails first: some times, or always."""
    from dataclasses import replace  # few runs name a fault

    from hive_guardian.model.spelling import nearest

    for name in names:
        if name not in FAULTS:
            raise UsageError(f"--fault: there is no fault {name!r}{nearest(name, FAULTS)}; see --list-faults")
    failing = tuple(fault(name) for name in names)
    if times is None:
        return replace(script, first=failing)
    return replace(script, replies=(*(each for each in failing for _ in range(times)), *script.replies))
