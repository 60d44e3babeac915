"""The reference of the command line in Markdown: what `--help` says, command by command."""

from collections.abc import Iterator

import click

from hive_guardian.report.page_text import page_markdown
from hive_guardian.report.rule_page import Block, Code, Heading

_WIDTH = 100


def command_page(program: click.Group) -> str:
    """Return the page: the help of the program and of every command."""
    return page_markdown([Heading("Command line", 1), *_blocks(program, "hive-guardian", None)])


def _blocks(command: click.Command, name: str, parent: click.Context | None) -> Iterator[Block]:
    ctx = click.Context(command, info_name=name, parent=parent, terminal_width=_WIDTH, max_content_width=_WIDTH)
    yield Heading(f"`{ctx.command_path}`")
    yield Code(command.get_help(ctx), "text")
    if isinstance(command, click.Group):
        for inner in command.list_commands(ctx):
            found = command.get_command(ctx, inner)
            if found is not None and not found.hidden:
                yield from _blocks(found, inner, ctx)
