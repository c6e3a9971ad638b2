"""What it means when no answer came: the errors of the network and of HTTP, as classes and sentences."""

import http.client
import ssl

from urllib3.exceptions import IncompleteRead, ProtocolError, ReadTimeoutError, SSLError

from worker.fetch.body import TooLargeError, UndecodableError
from worker.fetch.connect import FailedError
from worker.fetch.limits import FetchLimits
from worker.records import FetchClass


def describe(error: Exception, url: str, limits: FetchLimits, most: int = 0) -> tuple[FetchClass, str]:  # noqa: PLR0911 - a table
    """Turn what was raised into a class and a sentence.

    Args:
        error: What the HTTP library, the socket or the decoder raised.
        url: The address that was asked.
        limits: What the fetch was allowed to take, for the sentence.
        most: Bytes that were allowed for the body.
    """
    if isinstance(error, FailedError):
        return error.outcome, f"{url} was not fetched: {error.sentence}"
    if isinstance(error, TooLargeError):
        return FetchClass.TOO_LARGE, f"{url} is larger than the {most / 1048576:g} MiB that are read."
    if isinstance(error, UndecodableError):
        return FetchClass.BAD_CONTENT, f"{url} cannot be decoded: {error}."
    if isinstance(error, (ReadTimeoutError, TimeoutError)) or isinstance(error.__cause__, TimeoutError):
        waits = f"{limits.read_seconds:g} s for a piece, {limits.total_seconds:g} s for the whole"
        return FetchClass.TIMEOUT, f"{url} was too slow: at most {waits} are waited."
    if isinstance(error, (SSLError, ssl.SSLError)):
        return FetchClass.TLS, f"{url} has no trustworthy TLS: {_root(error)}."
    if isinstance(error, ProtocolError) and not _broke_off(error):
        return FetchClass.BAD_CONTENT, f"{url} does not speak HTTP: {_root(error)}."
    if isinstance(error, (ProtocolError, OSError)):
        return FetchClass.CONNECT, f"{url} broke the connection off: {_root(error)}."
    return FetchClass.REFUSED, f"{url} cannot be asked for: {_root(error)}."


def _broke_off(error: ProtocolError) -> bool:
    cause = _cause(error)
    return isinstance(cause, (OSError, http.client.RemoteDisconnected, http.client.IncompleteRead, IncompleteRead))


def closed_at_once(error: ProtocolError) -> bool:
    """Say whether the server closed the connection before it sent a byte of its answer."""
    return isinstance(_cause(error), (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError))


def _cause(error: Exception) -> BaseException | None:
    """Give the exception that urllib3 wrapped: its last argument, else what it was raised from."""
    inner = next((arg for arg in reversed(error.args) if isinstance(arg, BaseException)), None)
    return inner or error.__cause__ or error.__context__


def _root(error: Exception) -> str:
    innermost: BaseException = error
    for _ in range(5):
        deeper = _cause(innermost) if isinstance(innermost, Exception) else None
        if deeper is None or deeper is innermost:
            break
        innermost = deeper
    return str(innermost)[:200].rstrip(".") or type(innermost).__name__
