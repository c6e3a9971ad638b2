"""Every error that Dateline raises on purpose, as a tree.

Network failures are not here: they are values (:class:`worker.records.FetchClass`). An error names the thing, what
was wrong with it, and what to do.
"""


class DatelineError(Exception):
    """Root of the tree; its text is one whole sentence fit for a person."""


class SettingsError(DatelineError):
    """A setting has a value that is not allowed; names the variable, its value and what is allowed."""


class InputError(DatelineError):
    """A line, file or argument given by the user cannot be used."""


class FeedListError(InputError):
    """feeds.toml or an OPML file cannot be read."""


class PackError(DatelineError):
    """A language pack is not valid; names the file, the entry and the rule it breaks."""


class BackupError(DatelineError):
    """A backup could not be made or restored, or what was restored differs from it."""


class EmbeddedServerError(DatelineError):
    """An embedded server could not be found, started or stopped."""


class DataFolderInUseError(EmbeddedServerError):
    """Another ``dateline up`` holds the data folder."""
