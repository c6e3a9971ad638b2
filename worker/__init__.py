"""Dateline's knowledge: how feeds, pages, copies, stories and events are read."""

__version__ = "0.1.0"
