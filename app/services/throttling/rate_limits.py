"""Rate limits on predictions, counted in memory or, for several processes, in Redis."""

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

from app.models.problems import TooManyRequests

# A slow counter must not delay predictions.
_REDIS_TIMEOUT_S = 0.5

log = structlog.get_logger()


class RateLimits:
    """The configured limits per `address`, `account` and `key`.

    A sliding-window counter takes two numbers per caller and limit, so that many callers fit into memory. If Redis does
    not respond, each process counts separately: limits exist to share the service fairly, and rejecting every request
    would not.

    Args:
        limits: rates such as `60/minute`, by the kind of caller: `address`, `account` or `key`.
        redis_url: the Redis server that counts for all processes; None to count in this process.
    """

    def __init__(self, limits: Mapping[str, str], redis_url: str | None) -> None:
        self._limits = {what: parse(rate) for what, rate in limits.items()}
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._pool: redis.asyncio.ConnectionPool | None = None
        self._shared: SlidingWindowCounterRateLimiter | None = None
        self._away = False
        if redis_url:
            self._pool = redis.asyncio.ConnectionPool.from_url(
                redis_url,
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
        """Count a request; returns the rate-limit headers for its response.

        Args:
            callers: the caller's address, account and key, by the kind of limit.
            cost: number of predictions requested.

        Raises:
            TooManyRequests: the request exceeds a limit.
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
        # Format: draft-ietf-httpapi-ratelimit-headers-10.
        headers = {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(standings)} if policies else {}
        if refused:
            what, limit, remaining, reset_s = refused
            raise TooManyRequests(
                f"At most {limit.amount} predictions in {_time(limit)} are allowed for one {what}; {cost} "
                f"{'was' if cost == 1 else 'were'} requested, and {remaining} {'is' if remaining == 1 else 'are'} "
                f"left. Try again in {reset_s} s.",
                limit=limit.amount,
                retry_after=reset_s,
                headers=headers,
            )
        return headers

    async def close(self) -> None:
        """Close the connections to Redis."""
        if self._pool:
            await self._pool.aclose()

    async def _hit(self, limit: RateLimitItem, what: str, caller: str, cost: int) -> tuple[bool, int, int]:
        """Whether the limit allows the request, the predictions left, and the seconds until the window resets."""
        if self._shared:
            try:
                answer = await _count(self._shared, limit, what, caller, cost)
            except StorageError as error:
                if not self._away:
                    log.warning("redis_does_not_answer", error=type(error.storage_error).__name__)
                self._away = True
            else:
                self._away = False
                return answer
        return await _count(self._own, limit, what, caller, cost)


async def _count(
    limiter: SlidingWindowCounterRateLimiter, limit: RateLimitItem, what: str, caller: str, cost: int
) -> tuple[bool, int, int]:
    hit = await limiter.hit(limit, what, caller, cost=cost)
    stats = await limiter.get_window_stats(limit, what, caller)
    return hit, stats.remaining, max(1, ceil(stats.reset_time - time()))


def _time(limit: RateLimitItem) -> str:
    name = limit.GRANULARITY.name
    return f"a {name}" if limit.multiples == 1 else f"{limit.multiples} {name}s"
