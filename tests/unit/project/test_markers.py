import pytest

from hive_guardian.project.markers import disjoint


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("python_version < '3.8'", "python_version >= '3.8'", True),
        ("python_version < '3.9'", "python_version >= '3.8'", False),
        ("python_version < '3.8' and sys_platform == 'linux'", "python_version >= '3.8'", True),
        ("python_version < '3.8' or sys_platform == 'linux'", "python_version >= '3.8'", False),
        ("python_full_version < '3.8.5'", "python_version == '3.8'", False),
        ("python_full_version < '3.8.0'", "python_version == '3.8'", True),
        ("python_full_version == '3.8.*'", "python_version == '3.9'", True),
        ("python_version ~= '3.8'", "python_version < '3.8'", True),
        ("python_version in '2.7 3.6'", "python_version >= '3.7'", True),
        ("sys_platform == 'win32'", "os_name == 'posix'", True),
        ("sys_platform == 'win32'", "platform_system == 'Windows'", False),
        ("sys_platform == 'aix'", "sys_platform != 'aix'", True),
        ("sys_platform == 'aix'", "sys_platform != 'linux'", False),
        ("sys_platform == 'aix'", "platform_system == 'AIX'", False),
        ("platform_machine == 'arm64'", "platform_machine != 'arm64'", True),
        ("platform_machine == 'arm64'", "sys_platform == 'linux'", False),
        ("implementation_name == 'pypy'", "platform_python_implementation == 'CPython'", True),
        ("extra == 'a'", "extra == 'b'", False),
        ("extra == 'a' and python_version < '3.8'", "python_version >= '3.8'", True),
        ("platform_release >= '3'", "platform_release < '3'", False),
        ("", "python_version < '3'", False),
        ("not a marker", "python_version < '3'", False),
    ],
)
def test_disjoint_is_proven_or_denied(first: str, second: str, *, expected: bool) -> None:
    """Python and platform are decided; extras, releases and nonsense never make a proof."""
    assert disjoint(first, second) is expected
    assert disjoint(second, first) is expected
