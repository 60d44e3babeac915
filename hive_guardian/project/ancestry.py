"""Bundled class ancestry: builtin exceptions and the library classes that decide what kind a class is.

Source: the exception hierarchy of the Python 3.13 library reference; names and bases are stable since 3.11. The running
interpreter is not asked, so that a verdict does not depend on it.
"""

from collections.abc import Mapping

from hive_guardian.model.facts import ClassKind

_EXCEPTIONS = """
BaseException: BaseExceptionGroup GeneratorExit KeyboardInterrupt SystemExit Exception asyncio.CancelledError
Exception: ArithmeticError AssertionError AttributeError BufferError EOFError ImportError LookupError MemoryError
Exception: NameError
Exception: OSError ReferenceError RuntimeError StopAsyncIteration StopIteration SyntaxError SystemError TypeError
Exception: ValueError
Exception: Warning ExceptionGroup concurrent.futures.Error subprocess.SubprocessError configparser.Error csv.Error
Exception: sqlite3.Error sqlite3.Warning queue.Empty queue.Full copy.Error pickle.PickleError zlib.error
Exception: asyncio.QueueEmpty asyncio.QueueFull asyncio.InvalidStateError http.client.HTTPException
Exception: argparse.ArgumentError
Exception: unittest.SkipTest
BaseExceptionGroup: ExceptionGroup
ArithmeticError: FloatingPointError OverflowError ZeroDivisionError decimal.DecimalException
ImportError: ModuleNotFoundError
LookupError: IndexError KeyError
NameError: UnboundLocalError
OSError: BlockingIOError ChildProcessError ConnectionError FileExistsError FileNotFoundError InterruptedError
OSError: IsADirectoryError NotADirectoryError PermissionError ProcessLookupError TimeoutError shutil.Error
OSError: ssl.SSLError
OSError: urllib.error.URLError socket.gaierror socket.herror io.UnsupportedOperation smtplib.SMTPException
ConnectionError: BrokenPipeError ConnectionAbortedError ConnectionRefusedError ConnectionResetError
RuntimeError: NotImplementedError RecursionError PythonFinalizationError
SyntaxError: IndentationError
IndentationError: TabError
ValueError: UnicodeError json.JSONDecodeError tomllib.TOMLDecodeError io.UnsupportedOperation binascii.Error
UnicodeError: UnicodeDecodeError UnicodeEncodeError UnicodeTranslateError
Warning: BytesWarning DeprecationWarning EncodingWarning FutureWarning ImportWarning PendingDeprecationWarning
Warning: ResourceWarning RuntimeWarning SyntaxWarning UnicodeWarning UserWarning
concurrent.futures.Error: concurrent.futures.CancelledError concurrent.futures.InvalidStateError
subprocess.SubprocessError: subprocess.CalledProcessError subprocess.TimeoutExpired
sqlite3.Error: sqlite3.DatabaseError sqlite3.InterfaceError
sqlite3.DatabaseError: sqlite3.IntegrityError sqlite3.OperationalError sqlite3.ProgrammingError
pickle.PickleError: pickle.PicklingError pickle.UnpicklingError
urllib.error.URLError: urllib.error.HTTPError
"""
_ALIASES = {
    "EnvironmentError": "OSError",
    "IOError": "OSError",
    "WindowsError": "OSError",
    "asyncio.TimeoutError": "TimeoutError",
    "asyncio.exceptions.CancelledError": "asyncio.CancelledError",
    "concurrent.futures.TimeoutError": "TimeoutError",
    "json.decoder.JSONDecodeError": "json.JSONDecodeError",
    "os.error": "OSError",
    "select.error": "OSError",
    "socket.error": "OSError",
    "socket.timeout": "TimeoutError",
    "unittest.case.SkipTest": "unittest.SkipTest",
}
_ROOTS = """
object int float complex bool str bytes bytearray list tuple dict set frozenset type property staticmethod
classmethod super abc.ABC argparse.Action argparse.ArgumentParser argparse.HelpFormatter argparse.Namespace
ast.NodeTransformer ast.NodeVisitor attrs.AttrsInstance cmd.Cmd collections.ChainMap collections.Counter
collections.OrderedDict collections.UserDict collections.UserList collections.UserString collections.defaultdict
collections.deque contextlib.AbstractAsyncContextManager contextlib.AbstractContextManager
contextlib.AsyncExitStack contextlib.ContextDecorator contextlib.ExitStack ctypes.Structure ctypes.Union
datetime.date datetime.datetime datetime.timedelta datetime.tzinfo decimal.Decimal html.parser.HTMLParser
http.server.BaseHTTPRequestHandler http.server.HTTPServer importlib.abc.Loader importlib.abc.MetaPathFinder
io.RawIOBase io.StringIO io.TextIOBase json.JSONDecoder json.JSONEncoder logging.Filter logging.Formatter
logging.Handler logging.Logger logging.LoggerAdapter logging.StreamHandler multiprocessing.Process pathlib.Path
pathlib.PurePath pydantic.BaseModel pydantic.RootModel pydantic_settings.BaseSettings random.Random
string.Formatter string.Template threading.Thread threading.Timer threading.local types.ModuleType
types.SimpleNamespace unittest.IsolatedAsyncioTestCase unittest.TestCase uuid.UUID
"""
_FAMILIES = ("collections.abc", "enum", "numbers", "typing", "typing_extensions")
"""Modules whose classes are all known not to be exceptions and to have no ancestor of interest elsewhere."""

_ENUMS = ("Enum", "Flag", "IntEnum", "IntFlag", "ReprEnum", "StrEnum")
LIBRARY_KINDS: Mapping[str, ClassKind] = {
    "abc.ABC": ClassKind.ABSTRACT,
    "pydantic.BaseModel": ClassKind.MODEL,
    "pydantic.RootModel": ClassKind.MODEL,
    "pydantic_settings.BaseSettings": ClassKind.MODEL,
    **{f"enum.{name}": ClassKind.ENUM for name in _ENUMS},
    **{f"{module}.Protocol": ClassKind.PROTOCOL for module in ("typing", "typing_extensions")},
    **{f"{module}.TypedDict": ClassKind.TYPED_DICT for module in ("typing", "typing_extensions")},
    **{f"{module}.NamedTuple": ClassKind.NAMED_TUPLE for module in ("typing", "typing_extensions")},
}
"""Library class -> the kind of a class that names it as a base."""


def _table() -> dict[str, tuple[str, ...]]:
    bases: dict[str, tuple[str, ...]] = dict.fromkeys(_ROOTS.split(), ())
    bases["BaseException"] = ()
    for line in _EXCEPTIONS.strip().splitlines():
        parent, _, children = line.partition(": ")
        for child in children.split():
            bases[child] = (*bases.get(child, ()), parent)
    return bases


_BASES = _table()


def canonical(name: str) -> str:
    """One spelling per library class: without `builtins.`, aliases replaced (`IOError` is `OSError`)."""
    plain = name.removeprefix("builtins.")
    return _ALIASES.get(plain, plain)


def library_bases(name: str) -> tuple[str, ...] | None:
    """The bases of a library class by canonical name, `object` left out; `None` when the class is not known here."""
    if name in _BASES:
        return _BASES[name]
    return () if name.rpartition(".")[0] in _FAMILIES else None
