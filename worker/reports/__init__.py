"""A page about events that a person can read, keep and pass on: one file, no network."""
