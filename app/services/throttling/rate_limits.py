"""How many predictions a caller may ask for in a time: counted in memory, or in Redis for several processes."""

from collections.abc import Mapping
from math import ceil
from time import time

import redis.asyncio
import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.config.settings import Settings
from app.models.problems import TooManyRequests

# A counter must not hold up what it counts.
_REDIS_TIMEOUT_S = 0.5

log = structlog.get_logger()


class RateLimits:
    """The limits that are set, each by what it counts: `address`, `account`, `key`.

    A caller is counted in two numbers a limit, whatever the limit is, so that many callers fit into memory.
    Where Redis does not answer, each process counts by itself: a limit is there to share the service fairly, and no
    reason to refuse everyone.
    """

    def __init__(self, settings: Settings) -> None:
        given = {
            "address": settings.rate_per_address,
            "account": settings.rate_per_account,
            "key": settings.rate_per_key,
        }
        self._limits = {what: parse(rate) for what, rate in given.items() if rate}
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._pool: redis.asyncio.ConnectionPool | None = None
        self._shared: SlidingWindowCounterRateLimiter | None = None
        self._away = False
        if settings.redis_url:
            self._pool = redis.asyncio.ConnectionPool.from_url(
                settings.redis_url.get_secret_value(),
                socket_timeout=_REDIS_TIMEOUT_S,
                socket_connect_timeout=_REDIS_TIMEOUT_S,
                retry=Retry(NoBackoff(), 0),
            )
            self._shared = SlidingWindowCounterRateLimiter(
                RedisStorage(
                    "async+redis://",
                    wrap_exceptions=True,
                    implementation="redispy",
                    connection_pool=self._pool,  # type: ignore[arg-type]  # its options are passed on to redis
                )
            )

    async def count(self, callers: Mapping[str, str], cost: int = 1) -> dict[str, str]:
        """Count a request of so many predictions; gives the headers that tell the caller where it stands.

        Args:
            callers: who asks, by what is counted.
            cost: predictions asked for.

        Raises:
            TooManyRequests: that is more than a limit allows.
        """
        policies, standings, refused = [], [], None
        for what, limit in self._limits.items():
            if what not in callers:
                continue
            hit, remaining, reset_s = await self._hit(limit, what, callers[what], cost)
            policies.append(f'"{what}";q={limit.amount};w={limit.get_expiry()}')
            standings.append(f'"{what}";r={remaining};t={reset_s}')
            if not hit:
                refused = (what, limit, remaining, reset_s)
                break
        # As draft-ietf-httpapi-ratelimit-headers-10 has them.
        headers = {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(standings)} if policies else {}
        if refused:
            what, limit, remaining, reset_s = refused
            raise TooManyRequests(
                f"At most {limit.amount} predictions in {_time(limit)} are allowed for one {what}; {cost} "
                f"{'was' if cost == 1 else 'were'} asked for, and {remaining} {'is' if remaining == 1 else 'are'} "
                f"left. Try again in {reset_s} s.",
                limit=limit.amount,
                retry_after=reset_s,
                headers=headers,
            )
        return headers

    async def close(self) -> None:
        """Let go of Redis."""
        if self._pool:
            await self._pool.aclose()

    async def _hit(self, limit: RateLimitItem, what: str, caller: str, cost: int) -> tuple[bool, int, int]:
        """Whether the limit allows it, what remains, and seconds until more does."""
        if self._shared:
            try:
                answer = await _ask(self._shared, limit, what, caller, cost)
            except StorageError as error:
                if not self._away:
                    log.warning("redis_does_not_answer", error=type(error.storage_error).__name__)
                self._away = True
            else:
                self._away = False
                return answer
        return await _ask(self._own, limit, what, caller, cost)


async def _ask(
    limiter: SlidingWindowCounterRateLimiter, limit: RateLimitItem, what: str, caller: str, cost: int
) -> tuple[bool, int, int]:
    hit = await limiter.hit(limit, what, caller, cost=cost)
    stats = await limiter.get_window_stats(limit, what, caller)
    return hit, stats.remaining, max(1, ceil(stats.reset_time - time()))


def _time(limit: RateLimitItem) -> str:
    name = limit.GRANULARITY.name
    return f"a {name}" if limit.multiples == 1 else f"{limit.multiples} {name}s"
