"""GR09: handlers and exceptions without a type somebody can act on."""

import ast
from collections.abc import Iterator
from typing import ClassVar

from hive_guardian import (
    Bad,
    Change,
    Check,
    Document,
    DottedSet,
    Edit,
    Field,
    FileContext,
    FileRule,
    Finding,
    Fix,
    FixClass,
    FixContext,
    FixRefusedError,
    Good,
    Loggers,
    ProjectContext,
    RuleOptions,
    Severity,
    Truth,
    always_reraises,
    broad_types,
    calls_in,
    fails_future,
    is_broad,
    offer,
    on,
    reraises,
    suggest,
)

_CONTROL_FLOW = (
    *("Warning", "SystemExit", "KeyboardInterrupt", "GeneratorExit"),
    *("StopIteration", "StopAsyncIteration"),
)


class UntypedError(FileRule):
    """Handler or exception without a type somebody can act on.

    What: `except:` that does not surely raise on; a handler for `Exception` or `BaseException` that neither raises the
    exception on nor logs its traceback; `raise Exception(...)`; with `base-error`, exception classes of another family.

    Why: Errors are caught by family; a family needs a root and handlers need names.

    Not a finding: Handlers that re-raise (`raise`, `raise error`, `raise X from error`, a helper that is called
    `reraise`, `with save_and_reraise_exception():`) or log with the traceback, also through a wrapper that is given
    `exc_info`, or hand the exception to who waits (`future.set_exception(error)`); `self.handleError(record)` of a
    logging handler; functions in `boundaries`; re-raising a variable; `raise NotImplementedError`; warnings and
    control flow; a class whose ancestors are not all known; what `base-error` derives from; files whose contracts
    forbid the import of `base-error`, and among several components the one that defines it.

    Fix: Name the exceptions the block can raise; raise a class of the project's own. `except:` becomes
    `except Exception:`, which no longer stops Ctrl-C and `sys.exit()`, unless a handler before it catches `Exception`
    or the handler passes the exception on.

    When to suppress: The outermost loop of a process, where every error is recorded; better list it in `boundaries`.

    Differs: ruff E722, BLE001, TRY002 are the same on files of role prod, but for the helpers, wrappers and
    `raise error from None`, which they do not take for raising on or logging.

    Source: golden rule 9 (8 of the predecessor); pycodestyle E722, flake8-blind-except BLE001, tryceratops TRY002.
    """

    code, name, title = "GR09", "untyped-error", "Error Handling Standards"
    severity = Severity.ERROR
    tags = ("errors",)
    fix = FixClass.UNSAFE
    checks = (
        Check("bare-except", Severity.ERROR, "`except:` that does not raise"),
        Check("broad-except", Severity.WARNING, "catching Exception without raising it on or logging the traceback"),
        Check("vanilla-raise", Severity.ERROR, "raising Exception or BaseException itself"),
        Check("foreign-base", Severity.ERROR, "an exception class that does not derive from `base-error`"),
    )
    yields_to: ClassVar = {"broad-except": ("GR44",)}

    class Options(RuleOptions):
        """Options of this rule."""

        base_error: str | None = Field(default=None, description="the class every exception derives from")
        allowed_bases: tuple[str, ...] = Field(default=_CONTROL_FLOW, description="bases that need not derive from it")
        boundaries: tuple[str, ...] = Field(default=(), description="functions that may catch everything")

    options: Options

    @on(ast.Try, ast.TryStar)
    def check_handlers(self, node: ast.Try | ast.TryStar, ctx: FileContext) -> Iterator[Finding]:
        """Report bare and broad handlers."""
        for handler in node.handlers:
            if handler.type is None:
                if not always_reraises(handler.body):
                    message = "bare except catches BaseException"
                    yield ctx.finding(handler, message, check="bare-except", fix=_fix_bare(node, ctx.document))
                continue
            for kind in broad_types(handler, ctx.document)[:1]:
                if not reraises(handler) and not self._logs(handler, ctx) and not self._is_boundary(handler, ctx):
                    yield ctx.finding(
                        kind,
                        f"handler for {ctx.document.source(kind)} neither re-raises nor logs the traceback",
                        check="broad-except",
                        fix=suggest("name the exceptions, or log with the traceback"),
                    )

    def render_fix(self, finding: Finding, ctx: FixContext) -> Iterator[Edit]:
        """Write `Exception` after the `except`."""
        handler = next(item for item in ctx.document.nodes(ast.ExceptHandler) if ctx.place(item) == finding.location)
        if _passes_on(handler, ctx.document):
            raise FixRefusedError("the handler passes on what it catches")
        if _is_rebound("Exception", handler, ctx.document):
            raise FixRefusedError("`Exception` is bound to something else in this file")
        if ctx.document.scopes.star_imports:
            raise FixRefusedError("a star import may bind `Exception` to something else")
        place = finding.location
        yield ctx.insert(place.line, place.column + len("except"), " Exception")

    @on(ast.Raise)
    def check_raise(self, node: ast.Raise, ctx: FileContext) -> Iterator[Finding]:
        """Report `raise Exception`, called or not."""
        kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if isinstance(kind, ast.Name | ast.Attribute) and is_broad(kind, ctx.document):
            yield ctx.finding(
                kind,
                f"raises {ctx.document.source(kind)}; raise a named error",
                check="vanilla-raise",
                fix=suggest("raise a class that says what went wrong"),
            )

    @on(ast.ClassDef)
    def check_class(self, node: ast.ClassDef, ctx: FileContext) -> Iterator[Finding]:
        """Suspect every class with a base; its ancestors may stand in other files."""
        base_error = self.options.base_error
        if base_error and node.bases and ctx.wants("foreign-base"):
            yield ctx.finding(
                node,
                f"{node.name} does not derive from {base_error}",
                check="foreign-base",
                fix=suggest(f"derive it from {base_error}, and from the old base as long as callers catch that"),
                clue="",
            )

    def confirm(self, finding: Finding, ctx: ProjectContext) -> bool:
        """Whether the class is an exception of another family, and could be of the right one."""
        path, base_error, classes = finding.location.path, self.options.base_error or "", ctx.project.classes
        entry = classes.at(path, finding.location.line)
        if entry is None or ctx.is_provider(path, base_error) or not ctx.may_import(path, base_error):
            return False
        if any(entry in classes.superclasses(root) for root in classes.find(base_error)):
            return False
        family = (base_error, *self.options.allowed_bases)
        return classes.is_exception(entry) is Truth.YES and classes.derives_from(entry, family) is Truth.NO

    def _logs(self, handler: ast.ExceptHandler, ctx: FileContext) -> bool:
        layout = self.settings.layout
        loggers = Loggers(layout.logger_factory, layout.logger_objects)
        document = ctx.document
        return calls_in(handler, lambda call: loggers.logs_traceback(call, document) or fails_future(call, document))

    def _is_boundary(self, handler: ast.ExceptHandler, ctx: FileContext) -> bool:
        return bool(self.options.boundaries) and DottedSet(self.options.boundaries).matches(
            ctx.document.symbol(handler)
        )

    examples: ClassVar = (
        Bad(
            "try:\n    f()\nexcept:  # whatever it was\n    cleanup()\n",
            at=[(3, 1)],
            message="bare except",
            fixed="try:\n    f()\nexcept Exception:  # whatever it was\n    cleanup()\n",
        ),
        Bad(
            "try:\n    f()\nexcept:\n    if quiet:\n        raise\n",
            at=[(3, 1)],
            fixed="try:\n    f()\nexcept:\n    if quiet:\n        raise\n",
        ),
        Bad(
            "from sys import exc_info\ntry:\n    f()\nexcept:\n    future.fail(exc_info()[1])\n",
            at=[(4, 1)],
            fixed="from sys import exc_info\ntry:\n    f()\nexcept:\n    future.fail(exc_info()[1])\n",
        ),
        Bad(
            "def f():\n    try: g()\n    except OSError: raise\n    except : return 1\n",
            at=[(4, 5)],
            fixed="def f():\n    try: g()\n    except OSError: raise\n    except Exception : return 1\n",
        ),
        Bad(
            "try:\n    f()\nexcept Exception as e:\n    raise\nexcept:\n    stop()\n",
            at=[(5, 1)],
            fixed="try:\n    f()\nexcept Exception as e:\n    raise\nexcept:\n    stop()\n",
        ),
        Good("try:\n    f()\nexcept:\n    with excutils.save_and_reraise_exception():\n        undo()\n"),
        Good("try:\n    f()\nexcept:\n    try:\n        undo()\n    finally:\n        raise\n"),
        Bad("try:\n    f()\nexcept:\n    try:\n        raise\n    except OSError:\n        undo()\n", at=[(3, 1)]),
        Good("import six, sys\ntry:\n    f()\nexcept Exception:\n    info = sys.exc_info()\n    six.reraise(*info)\n"),
        Good("try:\n    f()\nexcept Exception as e:\n    report(e)\n    raise e from None\n"),
        Good("try:\n    f()\nexcept Exception as e:\n    self.log_exception('lost', exc_info=e)\n"),
        Good("class H:\n    def emit(self, r):\n        try: f(r)\n        except Exception: self.handleError(r)\n"),
        Good("try:\n    f()\nexcept Exception as e:\n    self.future.set_exception(e)\n"),
        Bad("try:\n    f()\nexcept Exception as e:\n    self.future.set_result(e)\n", at=[(3, 8)]),
        Bad("try:\n    f()\nexcept Exception:\n    raise Wrapped() from None\n", at=[(3, 8)]),
        Bad("try:\n    f()\nexcept Exception:\n    self.log_exception('lost', exc_info=False)\n", at=[(3, 8)]),
        Bad(
            "from .errors import Exception\ntry:\n    f()\nexcept:\n    stop()\n",
            at=[(4, 1)],
            fixed="from .errors import Exception\ntry:\n    f()\nexcept:\n    stop()\n",
        ),
        Bad("try:\n    f()\nexcept (KeyError, Exception):\n    x = 1\n", at=[(3, 19)], message="handler for Exception"),
        Bad("import builtins as b\ntry:\n    f()\nexcept b.BaseException as e:\n    show(e)\n", at=[(4, 8)]),
        Bad("E = Exception\ntry:\n    f()\nexcept E:\n    show()\n", at=[(4, 8)]),
        Bad("try:\n    f()\nexcept* Exception:\n    show()\n", at=[(3, 9)]),
        Bad(
            "try:\n    f()\nexcept Exception as e:\n    def g(): raise\n    log.error('x', exc_info=False)\n",
            at=[(3, 8)],
        ),
        Bad("try:\n    f()\nexcept Exception as e:\n    raise ValueError(str(e))\n", at=[(3, 8)]),
        Bad('class A:\n    def f(self):\n        raise Exception("quota")\n', at=[(3, 15)], message="raises Exception"),
        Bad("raise BaseException\n", at=[(1, 7)]),
        Bad(
            "class QuotaError(Exception): ...\nclass MoreError(QuotaError): ...\n",
            at=[(1, 1), (2, 1)],
            options={"base-error": "acme.BaseError"},
            message="QuotaError does not derive from acme.BaseError",
        ),
        Good("try:\n    f()\nexcept:\n    cleanup()\n    raise\n"),
        Good("try:\n    f()\nexcept Exception as e:\n    if x:\n        raise Wrapped() from e\n"),
        Good("try:\n    f()\nexcept Exception:\n    self.logger.exception('failed')\n"),
        Good("import logging\ntry:\n    f()\nexcept Exception as e:\n    logging.error('x', exc_info=e)\n"),
        Good("from .errors import Exception\ntry:\n    f()\nexcept Exception:\n    show()\nraise Exception()\n"),
        Good("def f(Exception):\n    raise Exception('x')\n"),
        Good("def f(error):\n    raise error\n"),
        Good("class A:\n    def f(self):\n        raise NotImplementedError\n"),
        Good("import contextlib\nwith contextlib.suppress(Exception):\n    f()\n"),
        Good(
            "def main():\n    try:\n        f()\n    except Exception:\n        show()\n",
            options={"boundaries": ["pkg.*.main"]},
        ),
        Good("from acme.log import audit\ntry:\n    f()\nexcept Exception:\n    audit.exception('x')\n",
             layout={"logger-objects": ["acme.log.audit"]}),
        Good(
            "from acme import BaseError\nfrom other import Odd\nclass A(BaseError, KeyError): ...\nclass B(Odd): ...\n"
            "class C(UserWarning): ...\nclass D(dict): ...\n",
            options={"base-error": "acme.BaseError"},
        ),
        Good("class AppError(Exception): ...\n"),
        Bad(
            {
                "pkg/errors.py": "class A(Exception): ...\nclass BaseError(A): ...\nclass QuotaError(A): ...\n",
                "pkg/io.py": "from .errors import QuotaError as Q\nclass DiskError(Q, OSError): ...\n",
                "pkg/net.py": "import pkg.errors as e\nclass NetError(e.BaseError): ...\nclass Slow(NetError): ...\n",
            },
            at=[("pkg/errors.py", 3, 1), ("pkg/io.py", 2, 1)],
            options={"base-error": "pkg.errors.BaseError"},
            message="QuotaError does not derive from pkg.errors.BaseError",
        ),
        Good(
            {
                "libs/errs/errs/__init__.py": "from .base import BaseError\n",
                "libs/errs/errs/base.py": "class BaseError(Exception): ...\nclass SetupError(Exception): ...\n",
                "libs/log/log/__init__.py": "class LogError(Exception): ...\n",
                "apps/shop/shop/api.py": "import errs\nclass ApiError(errs.BaseError): ...\n",
                "apps/shop/shop/db.py": "from shop.api import ApiError\nclass DbError(ApiError): ...\n",
            },
            options={"base-error": "errs.BaseError"},
            layout={"components": ["libs/*", "apps/*"]},
            contracts=[{"kind": "forbidden", "name": "logs stand below", "from": ["libs/log"], "to": ["libs/errs"]}],
        ),
        Bad(
            {
                "libs/errs/errs/__init__.py": "class BaseError(Exception): ...\n",
                "libs/log/log/__init__.py": "class LogError(Exception): ...\n",
            },
            at=[("libs/log/log/__init__.py", 1, 1)],
            options={"base-error": "errs.BaseError"},
            layout={"components": ["libs/*"]},
        ),
    )  # fmt: skip


def _fix_bare(statement: ast.Try | ast.TryStar, document: Document) -> Fix:
    """Return the offer to name `Exception`, unless an earlier handler has taken it: then only the rest is meant."""
    if any(broad_types(handler, document) for handler in statement.handlers if handler.type is not None):
        return suggest("name the exceptions")
    return offer("write `except Exception:`", changes={Change.HANDLER})


def _is_rebound(name: str, node: ast.AST, document: Document) -> bool:
    """Whether a name of the builtins may mean something else at a node."""
    scope = document.scope(node)
    while scope is not document.scopes.module and scope.parent is not None:
        if name in scope.bindings:
            return True
        scope = scope.parent
    return name in document.scopes.module.bindings


def _passes_on(handler: ast.ExceptHandler, document: Document) -> bool:
    """Whether a handler raises the exception under a condition, or keeps it for somebody who may."""
    return reraises(handler) or calls_in(
        handler, lambda call: document.resolve(call.func).may_be(frozenset({"sys.exc_info", "sys.exception"}))
    )
