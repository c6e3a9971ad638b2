"""What a web address is, which two are the same, and whom it belongs to.

Addresses are read as browsers read them (the WHATWG URL standard, https://url.spec.whatwg.org/). Three questions are
kept apart: :func:`canonical` is for showing and fetching and changes nothing that a server could notice;
:func:`url_key` is for recognising an article again and forgets whatever only says how a reader came to it;
:func:`registered_domain` names the party whose servers are to be spared.
"""

import hashlib
import re
from functools import cache
from ipaddress import ip_address
from typing import Final
from urllib.parse import unquote_plus

import ada_url
from publicsuffixlist import PublicSuffixList

from worker.errors import InputError

LONGEST_FETCHABLE: Final = 8000
"""Characters of an address that is still asked for: RFC 9110, 4.1 recommends that all parties support 8,000 octets."""

_HOST_PREFIXES: Final = ("www.", "m.", "amp.", "mobile.")
"""Names under which outlets serve the same article to other devices; forgotten in the key only."""

_TRACKING_PREFIXES: Final = (
    "utm_",  # Google Analytics, campaign URL builder
    "mtm_",  # Matomo, campaign tracking
    "pk_",  # Matomo under its old name Piwik
    "piwik_",
    "hsa_",  # HubSpot ads
    "__hs",  # HubSpot analytics (__hstc, __hssc, __hsfp)
    "oly_",  # Omeda Olytics
    "guce_",  # Yahoo, consent redirects
    "at_custom",  # Piano Analytics (AT Internet), campaign parameters
    "at_link",
    "fb_action_",  # Meta, open graph actions
)

_TRACKING_NAMES: Final = frozenset(
    {
        # Google: click and cross-domain identifiers
        *(
            "gclid",
            "gclsrc",
            "dclid",
            "gbraid",
            "wbraid",
            "gad_source",
            "gad_campaignid",
            "srsltid",
            "_ga",
            "_gl",
            "_gac",
        ),
        # Meta
        *("fbclid", "fb_source", "fb_ref", "igsh", "igshid"),
        # Microsoft Advertising; X; TikTok; LinkedIn; Pinterest; Reddit; Snapchat
        *("msclkid", "twclid", "__twitter_impression", "ttclid", "li_fat_id", "epik", "rdt_cid", "sccid"),
        # Yandex
        *("yclid", "ysclid", "_openstat"),
        # Newsletters: Mailchimp, HubSpot, Marketo, Vero
        *("mc_cid", "mc_eid", "_hsenc", "_hsmi", "hsctatracking", "mkt_tok", "vero_id", "vero_conv"),
        # Adobe Advertising; Webtrekk; Webtrends; comScore
        *(
            "s_kwcid",
            "ef_id",
            "wt_mc",
            "wt.mc_id",
            "wt_zmc",
            "ns_mchannel",
            "ns_campaign",
            "ns_source",
            "ns_linkname",
            "ns_fee",
        ),
        # Piano Analytics: campaign source of RSS items, as the BBC and French outlets send it
        *(
            "xtor",
            "at_medium",
            "at_campaign",
            "at_campaign_type",
            "at_format",
            "at_ptr_name",
            "at_bbc_team",
            "at_link_id",
        ),
        # What outlets add to the links of their own feeds and share buttons, and nowhere else
        *("cmp", "cmpid", "ocid", "smid", "smtyp", "partner", "emc", "traffic_source", "maca", "taid", "mbid", "ito"),
        *("srnd", "ftag", "cid_source", "sr_share", "guccounter", "feedtype", "ncid", "icid", "intcid"),
        # The page in its AMP form
        *("amp", "outputtype", "usqp", "amp_js_v", "amp_gsa"),
        # Session identifiers of Java and PHP servers
        *("jsessionid", "phpsessid"),
    }
)
"""Parameters that say how a reader came, never which article it is; compared in lower case."""

_VALUE_DECIDES: Final = {
    "amp": ("", "1", "true", "amp"),
    "outputtype": ("amp",),
    "partner": ("rss", "rss20", "rssnyt"),
    "emc": ("rss",),
}
"""Names too plain to be forgotten whatever they say: only with these values."""

_UNRESERVED: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_SESSION: Final = re.compile(r";(?:jsessionid|phpsessid)=[^/;?]*", re.IGNORECASE)
_AMP_TAIL: Final = re.compile(r"(?<=[^/])(?:/amp|\.amp)$")


class BadURLError(InputError, ValueError):
    """An address that no browser would accept, or that is not for the web; names the address and what is wrong."""


def canonical(url: str) -> str:
    """Write an address the one way a browser would send it.

    Lower-cases scheme and host, resolves dots, escapes what must be escaped, drops the default port, the fragment and
    any user name and password. Path and parameters keep their words and their order.

    Args:
        url: An absolute http or https address; white space around it is ignored.

    Returns:
        The clean absolute address.

    Raises:
        BadURLError: The address cannot be read, is not http or https, or has no host.
    """
    parsed = _parse(url)
    parsed.hash = ""
    parsed.username = ""
    parsed.password = ""
    return parsed.href


def url_key(url: str) -> bytes:
    """Reduce an address to what identifies the article behind it.

    Raises:
        BadURLError: As for :func:`canonical`.

    Returns:
        The SHA-256 of :func:`key_text`: 32 bytes whatever the length of the address.
    """
    return hashlib.sha256(key_text(url).encode()).digest()


def key_text(url: str) -> str:
    """Write out what :func:`url_key` hashes, so that a person can see why two addresses are one.

    Scheme, fragment, credentials, device hosts (``www.``, ``m.``, ``amp.``), an ``/amp`` tail, the trailing slash and
    tracking parameters are left out; the other parameters are sorted; escapes are written one way (RFC 3986, 6.2.2).
    The path keeps its case.

    Raises:
        BadURLError: As for :func:`canonical`.
    """
    parsed = _parse(url)
    host = _plain_host(parsed.hostname)
    port = f":{parsed.port}" if parsed.port else ""
    path = _AMP_TAIL.sub("", _SESSION.sub("", _one_escape(parsed.pathname)).rstrip("/"))
    pieces = sorted(piece for piece in parsed.search.removeprefix("?").split("&") if piece and not _is_tracking(piece))
    query = "?" + "&".join(_one_escape(piece) for piece in pieces) if pieces else ""
    return f"{host}{port}{path}{query}"


def registered_domain(url: str) -> str:
    """Name the party that an address belongs to: the label below the public suffix (https://publicsuffix.org/).

    IP addresses and single-label hosts stand for themselves; ports do not matter.

    Raises:
        BadURLError: As for :func:`canonical`.

    Returns:
        For example ``example.co.uk`` for ``https://news.example.co.uk:8443/a``.
    """
    return domain_of_host(host_of(url))


def domain_of_host(host: str) -> str:
    """Name the party that a host belongs to; ``host`` as :func:`host_of` gives it."""
    if "." not in host or _is_ip(host):
        return host
    return str(_suffixes().privatesuffix(host) or host)


def host_of(url: str) -> str:
    """Give the host of an address in lower case and ASCII, without port, brackets or a root dot.

    Raises:
        BadURLError: As for :func:`canonical`.
    """
    return _parse(url).hostname.strip("[]").rstrip(".")


def origin_of(url: str) -> str:
    """Give scheme, host and port of an address (RFC 6454), for example ``https://example.org``.

    Raises:
        BadURLError: As for :func:`canonical`.
    """
    return str(_parse(url).origin)


def without_login(url: str) -> str:
    """Take user name and password out of an address, so that it can be shown; what is no address stays as it is."""
    try:
        parsed = _parse(url)
    except BadURLError:
        return url
    parsed.username = ""
    parsed.password = ""
    return parsed.href


def has_login(url: str) -> bool:
    """Say whether an address carries a user name or password."""
    try:
        parsed = _parse(url)
    except BadURLError:
        return False
    return bool(parsed.username or parsed.password)


def absolute(base: str | None, url: str) -> str | None:
    """Resolve a link against the page that it stands on.

    Args:
        base: The page's own absolute address; None when it is not known.
        url: The link as written; white space around it is ignored.

    Returns:
        The absolute address, fragment kept, or None when the link is empty, cannot be read or is not http or https.
    """
    link = url.strip()
    if not link:
        return None
    for anchor in (base, None) if base else (None,):
        try:
            parsed = ada_url.URL(link, anchor)
        except ValueError:
            continue
        return parsed.href if _is_web(parsed) else None
    return None


def is_fetchable(url: str) -> bool:
    """Say whether an address may be asked for at all: http or https, with a host, of a length that servers accept."""
    if len(url) > LONGEST_FETCHABLE:
        return False
    try:
        _parse(url)
    except BadURLError:
        return False
    return True


def is_same_over_https(plain: str, secure: str) -> bool:
    """Say whether ``secure`` is the https form of the http address ``plain``, all else equal."""
    try:
        before, after = canonical(plain), canonical(secure)
    except BadURLError:
        return False
    return before.startswith("http:") and after == "https:" + before.removeprefix("http:")


def _parse(url: str) -> ada_url.URL:
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        raise BadURLError(
            f"{_shown(url)} is not a web address: it cannot be read as one; check its spelling."
        ) from None
    if not _is_web(parsed):
        raise BadURLError(f"{_shown(url)} is not a web address: only http and https with a host are.")
    return parsed


def _is_web(parsed: ada_url.URL) -> bool:
    return parsed.protocol in {"http:", "https:"} and bool(parsed.hostname.strip("."))


def _shown(url: str) -> str:
    shown = url if len(url) <= 200 else f"{url[:200]}..."  # noqa: PLR2004 - one screen line or two; the rest says nothing new
    return repr(shown)


def _plain_host(hostname: str) -> str:
    host = hostname.rstrip(".")
    if _is_ip(host.strip("[]")):
        return host
    shortest = len(domain_of_host(host))
    while prefix := next((p for p in _HOST_PREFIXES if host.startswith(p) and len(host) - len(p) >= shortest), None):
        host = host.removeprefix(prefix)
    return host


def _one_escape(text: str) -> str:
    return _ESCAPE.sub(_normal_escape, text)


def _normal_escape(match: re.Match[str]) -> str:
    byte = int(match[1], 16)
    return chr(byte) if byte in _UNRESERVED else match[0].upper()


def _is_tracking(piece: str) -> bool:
    name, _, value = piece.partition("=")
    name = unquote_plus(name).lower()
    if name in _VALUE_DECIDES:
        return value.lower() in _VALUE_DECIDES[name]
    return name in _TRACKING_NAMES or name.startswith(_TRACKING_PREFIXES)


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
