"""Turns at one party's servers: one request at a time and a pause between starts, for feeds and articles together.

The state lies in Redis so that all workers of all machines share it. A caller that finds the party busy is given a
turn of its own: it goes away, does something else, and comes back at that time. Nobody sleeps and nobody queues.

How turns are given, in the words of the script below:

- A party has at most one *holder*, with a time after which it counts as lost, and the time of the last *start*.
- Waiting callers stand in a line, a sorted set by promised time. A newcomer is promised one spacing after the last in
  line, so a thousand callers get a thousand times. A newcomer may go at once when that delays nobody who waits, also
  none who needs a longer pause than the newcomer does: a feed asked every second would else keep a host's articles, for
  which robots.txt asks for two, from ever going.
- Whoever comes back at or after the promised time and finds the party free goes. Whoever is held up by a slow holder
  gets a new promise by the place in line, so nobody is sent to the end.
- A promise that nobody claims lapses after a grace.

Losing the state costs at most one request that comes too early; it is a courtesy, not a lock.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import redis

GRACE_SECONDS: Final = 120.0
"""How long an unclaimed promise keeps its place: four ticks of the dispatcher that brings waiting callers back."""

DOWN_SECONDS: Final = 600.0
"""How long a host that could not be reached is left alone."""

_TAKE: Final = """
-- KEYS: 1 the party's state (hash: token, until, start, and wide: the longest spacing of those in line)
--       2 its line (sorted set: who -> promised time)
--       3 until when it is left alone
-- ARGV: 1 now  2 spacing  3 hold  4 grace  5 token  6 who ('' when the caller has no name)   all times in ms
local now, spacing, hold, grace = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local token, who = ARGV[5], ARGV[6]
local down = tonumber(redis.call('GET', KEYS[3]) or 0)
if down > now then
  return {0, down}
end
local state = redis.call('HMGET', KEYS[1], 'token', 'until', 'start', 'wide')
local held_until = state[1] and tonumber(state[2]) or 0
local busy = held_until > now
local ready = state[3] and tonumber(state[3]) + spacing or 0
local wide = state[4] and tonumber(state[4]) or 0

redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. (now - grace))
if who == '' then
  -- A caller without a name takes the turn that has been due longest, else it is new.
  who = redis.call('ZRANGE', KEYS[2], '-inf', now, 'BYSCORE', 'LIMIT', 0, 1)[1] or token
end
local promised = redis.call('ZSCORE', KEYS[2], who)
promised = promised and tonumber(promised)

local may_go = not busy and ready <= now
if may_go then
  if promised then
    may_go = promised <= now
  else
    local first = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2]
    may_go = not first or tonumber(first) >= now + math.max(spacing, wide)
  end
end
if may_go then
  redis.call('ZREM', KEYS[2], who)
  redis.call('HSET', KEYS[1], 'token', token, 'until', now + hold, 'start', now)
  if wide > 0 and redis.call('EXISTS', KEYS[2]) == 0 then
    redis.call('HDEL', KEYS[1], 'wide')
  end
  redis.call('PEXPIRE', KEYS[1], math.max(hold, spacing) + grace)
  return {1, 0}
end

if promised and promised > now then
  return {0, promised}
end
local earliest = math.max(now, ready)
if busy and ready <= now then
  -- The holder has been at it for longer than the pause; nobody knows when it ends.
  earliest = math.min(held_until, now + math.max(spacing, 1))
end
local turn
if promised then
  turn = earliest + redis.call('ZRANK', KEYS[2], who) * spacing
else
  local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
  turn = last and math.max(earliest, tonumber(last) + math.max(spacing, 1)) or earliest
end
turn = math.max(turn, now + 1)
redis.call('ZADD', KEYS[2], turn, who)
local end_of_line = tonumber(redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2])
local kept = math.ceil(end_of_line - now + grace)
redis.call('PEXPIRE', KEYS[2], kept)
if spacing > wide then
  redis.call('HSET', KEYS[1], 'wide', spacing)
  if redis.call('PTTL', KEYS[1]) < kept then
    redis.call('PEXPIRE', KEYS[1], kept)
  end
end
return {0, turn}
"""

_GIVE_BACK: Final = """
-- KEYS: 1 the party's state   ARGV: 1 token.  Only the holder gives back; a late one that was taken for lost does not.
if redis.call('HGET', KEYS[1], 'token') == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'token', 'until')
  return 1
end
return 0
"""


@dataclass(frozen=True, slots=True)
class Granted:
    """Go now, and give the token back when done."""

    token: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Come back at this time; the turn is kept."""

    until: datetime


class HostSlots:
    """The turns of all parties; a party is a registered domain as :func:`worker.urls.registered_domain` names it.

    Safe to share between threads. All methods raise ``redis.RedisError`` when the server cannot be reached.
    """

    def __init__(self, redis_client: redis.Redis, *, prefix: str = "dateline:slots") -> None:
        self._redis = redis_client
        self._prefix = prefix
        self._take = redis_client.register_script(_TAKE)
        self._give_back = redis_client.register_script(_GIVE_BACK)

    def take(
        self, domain: str, now: datetime, spacing_seconds: float, hold_seconds: float, *, who: str = ""
    ) -> Granted | Wait:
        """Ask for a turn.

        Args:
            domain: The party.
            now: The present, timezone-aware.
            spacing_seconds: Least time between two starts.
            hold_seconds: Time after which a holder that never gave back counts as lost; more than a fetch can take.
            who: A name that stays the same when the caller comes back, for example ``article:17``. Without one the
                caller is taken for whoever has been due longest.

        Returns:
            A token, or the time of a turn that is kept for this caller; of a party that is left alone (see
            :meth:`host_down`) the time until which it is, at which no turn is kept.
        """
        token = secrets.token_hex(8)
        granted, until = self._take(
            keys=[self._key(part, domain) for part in ("state", "line", "down")],
            args=[_ms(now), _whole(spacing_seconds), _whole(hold_seconds), _whole(GRACE_SECONDS), token, who],
        )
        return Granted(token) if granted else Wait(_instant(until))

    def give_back(self, domain: str, token: str) -> bool:
        """Free the party for the next caller; False when the turn had already been taken for lost."""
        return bool(self._give_back(keys=[self._key("state", domain)], args=[token]))

    def host_down(self, domain: str, now: datetime, seconds: float = DOWN_SECONDS) -> datetime:
        """Note that a party cannot be reached, or asked us to stay away; gives the time until which it is left alone.

        A longer note is never shortened.
        """
        until = now + timedelta(seconds=seconds)
        known = self.is_down(domain, now)
        if known is not None and known >= until:
            return known
        self._redis.set(self._key("down", domain), _ms(until), px=max(_whole(seconds), 1))
        return until

    def is_down(self, domain: str, now: datetime) -> datetime | None:
        """Give the time until which a party is left alone; None when it may be asked."""
        noted = self._redis.get(self._key("down", domain))
        if noted is None:
            return None
        until = _instant(int(noted))
        return until if until > now else None

    def waiting(self, domain: str) -> int:
        """Count the callers that hold a promise of this party."""
        return int(self._redis.zcard(self._key("line", domain)))

    def _key(self, part: str, domain: str) -> str:
        # The braces keep one party's keys on one node of a cluster, as a script needs.
        return f"{self._prefix}:{{{domain}}}:{part}"


def _ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)


def _whole(seconds: float) -> int:
    return round(seconds * 1000)


def _instant(milliseconds: int | bytes | str) -> datetime:
    return datetime.fromtimestamp(int(float(milliseconds)) / 1000, UTC)
