"""Run the program as `python -m hive_guardian`."""

from hive_guardian.cli import main

if __name__ == "__main__":
    main()
