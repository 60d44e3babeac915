"""Top-level modules of the standard library, per Python version.

Facts from the documentation of each release ("What's New", removed and new modules); the running interpreter is
never asked, it may be another version than the one the analysed code runs on.
"""

FIRST = (3, 8)
"""Oldest version of the table; older Pythons are treated like it."""

LAST = (3, 14)
"""Newest version of the table; newer Pythons are treated like it."""

ALWAYS = """
__future__ _abc _aix_support _ast _asyncio _bisect _blake2 _bootsubprocess _bz2 _codecs _codecs_cn _codecs_hk
_codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _collections _collections_abc _compat_pickle _compression
_contextvars _csv _ctypes _curses _curses_panel _datetime _dbm _decimal _elementtree _frozen_importlib
_frozen_importlib_external _functools _gdbm _hashlib _heapq _imp _io _json _locale _lsprof _lzma _markupbase _md5
_multibytecodec _multiprocessing _opcode _operator _osx_support _overlapped _pickle _posixshmem _posixsubprocess
_py_abc _pydecimal _pyio _queue _random _scproxy _sha1 _sha256 _sha3 _sha512 _signal _sitebuiltins _socket _sqlite3
_sre _ssl _stat _statistics _string _strptime _struct _symtable _thread _threading_local _tkinter _tokenize
_tracemalloc _typeshed _typing _uuid _warnings _weakref _weakrefset _winapi abc antigravity argparse array ast
asyncio atexit base64 bdb binascii bisect builtins bz2 cProfile calendar cmath cmd code codecs codeop collections
colorsys compileall concurrent configparser contextlib contextvars copy copyreg csv ctypes curses dataclasses
datetime dbm decimal difflib dis doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput
fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob grp gzip hashlib heapq hmac html http
idlelib imaplib importlib inspect io ipaddress itertools json keyword linecache locale logging lzma mailbox marshal
math mimetypes mmap modulefinder msvcrt multiprocessing netrc nt ntpath nturl2path numbers opcode operator optparse
os pathlib pdb pickle pickletools pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd
py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched
secrets select selectors shelve shlex shutil signal site smtplib socket socketserver sqlite3 sre_compile
sre_constants sre_parse ssl stat statistics string stringprep struct subprocess symtable sys sysconfig syslog
tabnanny tarfile tempfile termios test textwrap this threading time timeit tkinter token tokenize trace traceback
tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uuid venv warnings wave weakref
webbrowser winreg winsound wsgiref xml xmlrpc zipapp zipfile zipimport zlib
"""
"""In every version of the table, private modules and the `test` package included."""

ADDED: dict[tuple[int, int], str] = {
    (3, 9): "graphlib zoneinfo _zoneinfo",
    (3, 11): "tomllib",
    (3, 14): "annotationlib compression",
}
"""Version -> modules it brought."""

REMOVED: dict[tuple[int, int], str] = {
    (3, 9): "dummy_threading _dummy_thread",
    (3, 10): "formatter parser symbol",
    (3, 11): "binhex",
    (3, 12): "asynchat asyncore distutils imp smtpd",
    (3, 13): (
        "aifc audioop cgi cgitb chunk crypt _crypt imghdr lib2to3 mailcap msilib _msi nis nntplib ossaudiodev pipes "
        "sndhdr spwd sunau telnetlib uu xdrlib"
    ),
}
"""Version -> modules that were there before and are gone from it."""
