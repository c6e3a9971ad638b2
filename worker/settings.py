"""Every setting of Dateline: its type, unit, default and reason. This is the only reader of the environment.

A setting comes from the variable ``DATELINE_<NAME>``, else from a file of that name in lower case under
``/run/secrets`` (Docker's place for secrets), else from the default below. docs/configuration.md is this file's
table for people; a test keeps the two together.
"""

from __future__ import annotations

import math
import re
from datetime import timedelta
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, FilePath, SecretStr, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from worker.errors import SettingsError

Network = IPv4Network | IPv6Network
SECRETS = Path("/run/secrets")


class Settings(BaseSettings):
    """All settings; the text of each field is what docs/configuration.md prints."""

    model_config = SettingsConfigDict(
        env_prefix="DATELINE_",
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
        extra="ignore",
        frozen=True,
    )

    # --- servers ---
    home: Path = Field(Path("data"), description="Folder in which `dateline up` keeps its servers' data and logs.")
    database_url: str | None = Field(
        None,
        description="PostgreSQL 15 or later, as postgresql://user@host:port/name. Unset, `dateline up` starts its own.",
    )
    database_password: SecretStr | None = Field(
        None, description="Password put into DATELINE_DATABASE_URL, so that the URL itself need hold no secret."
    )
    worker_password: SecretStr | None = Field(
        None,
        description="Password that `dateline db upgrade` lets the role worker, which runs the line, log in with.",
    )
    analyst_password: SecretStr | None = Field(
        None,
        description="Password that `dateline db upgrade` lets the role analyst, which only reads, log in with.",
    )
    redis_url: str | None = Field(
        None, description="A Redis or Valkey server, as redis://host:port/0. Unset, `dateline up` starts its own."
    )
    redis_password: SecretStr | None = Field(None, description="Password put into DATELINE_REDIS_URL.")

    # --- being a good guest ---
    contact: str = Field(
        "",
        description="Address or page where a publisher can reach you; named in the user agent of every request.",
    )
    host_spacing_seconds: float = Field(
        5.0, ge=0, description="Seconds between two requests to one registered domain, feeds and articles together."
    )
    obey_robots: bool = Field(default=True, description="Ask robots.txt (RFC 9309) before fetching an article.")
    obey_noai: bool = Field(
        default=False,
        description="Leave articles unread that carry noai, noimageai or a TDM reservation (always recorded).",
    )
    allowed_networks: Annotated[tuple[Network, ...], NoDecode] = Field(
        (),
        description="Private networks that may be fetched from, comma-separated, as 10.1.0.0/16. "
        "All addresses that are not public are refused otherwise.",
    )

    ca_file: FilePath | None = Field(
        None,
        description="PEM file of certificate authorities to trust besides the system's, as of an intranet.",
    )

    # --- polling ---
    tick_seconds: float = Field(
        15.0, ge=0.2, le=30, description="How often due feeds are looked for; 30 at most, so that no feed waits longer."
    )
    sweep_seconds: float = Field(
        30.0, ge=0.2, le=60, description="How often lost messages and expired leases are looked for."
    )
    feed_floor_seconds: int = Field(
        600, ge=1, description="Shortest interval between two polls of a feed; 300 suits a feed you know welcomes it."
    )
    feed_ceiling_seconds: int = Field(86400, ge=1, description="Longest interval of a feed that still publishes.")

    # --- limits of a fetch ---
    connect_seconds: float = Field(5.0, gt=0, description="Longest wait for a connection.")
    read_seconds: float = Field(15.0, gt=0, description="Longest silence inside an answer.")
    total_seconds: float = Field(
        30.0, gt=0, le=30, description="Longest whole fetch, redirects included; 30 at most, within a fetch's lease."
    )
    feed_max_bytes: int = Field(5 * 2**20, gt=0, description="Largest feed, after decompression.")
    article_max_bytes: int = Field(10 * 2**20, gt=0, description="Largest article page, after decompression.")

    # --- workers ---
    net_threads: int = Field(
        24, ge=1, le=500, description="Fetches under way at once in a network worker: they only wait, so many fit."
    )
    cpu_processes: int = Field(
        0, ge=0, le=256, description="Processes of a cpu worker; 0 takes one for each core of the machine."
    )
    max_attempts: int = Field(
        5, ge=1, le=100, description="Tries of one stage before an article ends as failed, with its reason."
    )
    retry_seconds: float = Field(
        30.0, gt=0, description="Wait before the second try of a stage; each further one waits four times as long."
    )
    host_pause_seconds: float = Field(
        600.0, gt=0, description="How long a host is left alone that could not be reached."
    )
    time_scale: float = Field(
        1.0, gt=0, description="Stretches every stage's time limit and lease; for tests and very slow machines."
    )

    # --- seeing it ---
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="JSON lines, or lines for a person; auto takes the latter on a terminal."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level that is logged.")
    flower_port: int = Field(5555, ge=0, le=65535, description="Port of Flower on 127.0.0.1 under `dateline up`.")
    flower_user: str = Field("dateline", min_length=1, description="Name that Flower asks for.")
    flower_password: SecretStr | None = Field(
        None, description="Password that Flower asks for. Unset, `dateline up` makes one and keeps it in its home."
    )

    heartbeat: Path | None = Field(
        None, description="File that a worker or beat touches while it lives: a container's health is that file's age."
    )

    # --- keeping ---
    payload_days: int = Field(
        30, ge=1, description="Days that raw bytes are kept, so that a better reader can read them again."
    )
    fetch_days: int = Field(90, ge=1, description="Days that the row of a fetch is kept.")
    text_keep: Literal["full", "quotes", "none"] = Field(
        "full",
        description="What is kept of a text after DATELINE_TEXT_DAYS: all of it; the sentences that tell events; or "
        "none of its words, only what was read out of them.",
    )
    text_days: int = Field(365, ge=1, description="Days that texts are kept whole, unless DATELINE_TEXT_KEEP is full.")
    anchor_days: int = Field(
        30, ge=7, le=30, description="Days in which copies of a text are found: fewer keep that index smaller."
    )

    @field_validator("allowed_networks", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"postgres(?:ql)?(?:\+psycopg)?://.", value):
            raise PydanticCustomError("url", "it must be a postgresql:// URL, as postgresql://user@host:5432/name")
        return value

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"rediss?://.", value):
            raise PydanticCustomError("url", "it must be a redis:// or rediss:// URL, as redis://host:6379/0")
        return value

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the database, its password filled in.

        Raises:
            SettingsError: DATELINE_DATABASE_URL is unset.
        """
        if self.database_url is None:
            raise SettingsError(
                "DATELINE_DATABASE_URL is unset: set it to your PostgreSQL (postgresql://user@host:5432/name), "
                "or run `dateline up`, which starts a server of its own."
            )
        rest = self.database_url.partition("://")[2]
        return _with_password(f"postgresql+psycopg://{rest}", self.database_password)

    @property
    def redis(self) -> str:
        """URL of the broker, its password filled in.

        Raises:
            SettingsError: DATELINE_REDIS_URL is unset.
        """
        if self.redis_url is None:
            raise SettingsError(
                "DATELINE_REDIS_URL is unset: set it to your Redis or Valkey (redis://host:6379/0), "
                "or run `dateline up`, which starts a server of its own."
            )
        return _with_password(self.redis_url, self.redis_password)

    def limit(self, seconds: float) -> int:
        """A stage's time limit, stretched by DATELINE_TIME_SCALE; whole seconds, since Celery counts in these."""
        return math.ceil(seconds * self.time_scale)

    def lease(self, seconds: float) -> timedelta:
        """The lease of a stage whose hard limit is ``seconds``: half as long again and 5 s to store what was done."""
        return timedelta(seconds=self.limit(seconds) * 1.5 + 5)


def _with_password(url: str, password: SecretStr | None) -> str:
    if password is None:
        return url
    scheme, _, rest = url.partition("://")
    account, at, host = rest.rpartition("@")
    user = account.partition(":")[0] if at else ""
    from urllib.parse import quote  # noqa: PLC0415 - only where a secret is in use

    return f"{scheme}://{user}:{quote(password.get_secret_value(), safe='')}@{host}"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        SettingsError: a value is not allowed; the text names each variable, its value and what is allowed.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(_as_sentences(error)) from None


def _shown(name: str, value: str) -> str:
    """A value as it may be shown: a password never, of a URL, which may hold one, how it begins."""
    if "PASSWORD" in name:
        return "(hidden)"
    return f"{value.partition('://')[0]!r}..." if name.endswith("_URL") and "://" in value else repr(value)


def _as_sentences(error: ValidationError) -> str:
    lines = []
    for one in error.errors():
        name = "DATELINE_" + "_".join(str(part) for part in one["loc"][:1]).upper()
        told = one["msg"][:1].lower() + one["msg"][1:]
        lines.append(f"{name} is {_shown(name, str(one['input']))}: {told}.")
    return "Dateline cannot start with these settings:\n" + "\n".join(f"  {line}" for line in lines)
