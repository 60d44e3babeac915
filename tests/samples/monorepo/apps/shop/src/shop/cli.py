"""Chores of the people who run the shop."""

import argparse

from catalog.feed import import_feed
from catalog.prices import gross


def main() -> None:
    """Import a publisher's feed and show the new prices."""
    parser = argparse.ArgumentParser(prog="shop")
    parser.add_argument("feed", help="a publisher's feed (YAML)")
    for book in import_feed(parser.parse_args().feed):
        print(f"{book.isbn}  {gross(book.price):7.2f}  {book.title}")
