"""The one place where adapters and plugins meet the core."""

from hive_guardian.bootstrap.baseline import BaselinePlace, BaselineWish, find_place, open_baseline
from hive_guardian.bootstrap.checking import Checked, CheckRequest, check, measure, survey
from hive_guardian.bootstrap.needs import project_catalogue
from hive_guardian.bootstrap.plugins import open_catalogue

__all__ = [
    "BaselinePlace",
    "BaselineWish",
    "CheckRequest",
    "Checked",
    "check",
    "find_place",
    "measure",
    "open_baseline",
    "open_catalogue",
    "project_catalogue",
    "survey",
]
