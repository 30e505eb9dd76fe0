"""Rate limits on a real server over real sockets, with and without Redis."""

import re
from pathlib import Path

import httpx

from tests.conftest import SAMPLES_DIR
from tests.support.images import zipped
from tests.support.redis_server import RedisServer
from tests.support.server import RunningServer

SCAN = (SAMPLES_DIR / "Te-me_0016.jpg").read_bytes()
BATCH = "/api/v1/predictions/batch"
SAMPLE = "/api/v1/samples/Te-me_0016.jpg/predictions"


def ask(server: RunningServer, forwarded_for: str | None = None) -> httpx.Response:
    headers = {"X-Forwarded-For": forwarded_for} if forwarded_for else {}
    return httpx.post(server.url + SAMPLE, params={"heatmap": "false"}, headers=headers, timeout=60)


def ask_for_batch(server: RunningServer, count: int) -> httpx.Response:
    files = [("files", ("scan.jpg", SCAN))] * count
    return httpx.post(f"{server.url}{BATCH}", files=files, timeout=60)


class TestNone:
    def test_requests_are_unlimited_by_default(self, server: RunningServer):
        response = ask(server)
        assert response.status_code == 200
        assert "ratelimit" not in response.headers


class TestAddress:
    def test_excess_requests_are_rejected_with_retry_after(self, tmp_path: Path):
        with RunningServer(RATE_PER_ADDRESS="3/day", UPLOADS_DIR=str(tmp_path)) as server:
            for remaining in (2, 1, 0):
                # Clients cannot choose their address: no proxy is trusted.
                response = ask(server, f"192.0.2.{remaining}")
                assert response.status_code == 200
                assert response.headers["ratelimit-policy"] == '"address";q=3;w=86400'
                assert re.fullmatch(rf'"address";r={remaining};t=\d+', response.headers["ratelimit"])

            refused = ask(server)
            assert refused.status_code == 429
            assert refused.headers["content-type"] == "application/problem+json"
            assert refused.json()["type"] == "urn:problem:too-many-requests"
            assert refused.json()["limit"] == 3
            assert 1 <= int(refused.headers["retry-after"]) <= 86400
            assert refused.headers["ratelimit"] == f'"address";r=0;t={refused.headers["retry-after"]}'

            report = httpx.post(f"{server.url}/api/v1/reports", params={"sample": "Te-me_0016.jpg"})
            assert report.status_code == 429
            # Requests without a prediction are not limited.
            assert httpx.get(f"{server.url}/api/v1/samples").status_code == 200

    def test_every_view_counts_as_a_prediction(self, tmp_path: Path):
        with RunningServer(RATE_PER_ADDRESS="9/day", UPLOADS_DIR=str(tmp_path)) as server:
            for views, status, left in (("3", 200, 6), (" +05 ", 200, 1), ("2", 429, 1), ("6", 422, 0), ("1", 429, 0)):
                options = {"heatmap": "false", "views": views}
                response = httpx.post(server.url + SAMPLE, params=options, timeout=60)
                assert response.status_code == status
                assert f"r={left};" in response.headers.get("ratelimit", f"r={left};")

    def test_clients_of_a_trusted_proxy_are_counted_separately(self, tmp_path: Path):
        with RunningServer(
            RATE_PER_ADDRESS="1/day", TRUSTED_PROXIES="127.0.0.0/8,10.0.0.0/8", UPLOADS_DIR=str(tmp_path)
        ) as server:
            assert ask(server, "192.0.2.1").status_code == 200
            assert ask(server, "192.0.2.2").status_code == 200
            # Entries before the last untrusted proxy are ignored.
            assert ask(server, "203.0.113.9, 192.0.2.1").status_code == 429
            assert ask(server, "203.0.113.9, 192.0.2.1, 10.1.2.3").status_code == 429
            assert ask(server, "2001:db8:1:2::3").status_code == 200
            assert ask(server, "2001:db8:1:2:ffff::4").status_code == 429
            assert ask(server, "2001:db8:1:3::3").status_code == 200

    def test_a_batch_counts_each_file(self, tmp_path: Path):
        with RunningServer(RATE_PER_ADDRESS="5/day", UPLOADS_DIR=str(tmp_path)) as server:
            answer = ask_for_batch(server, 3)
            assert answer.status_code == 200
            assert answer.headers["ratelimit"].startswith('"address";r=2;')
            archive = zipped({f"{number}.jpg": SCAN for number in range(3)})
            refused = httpx.post(f"{server.url}{BATCH}", files={"files": ("scans.zip", archive)}, timeout=60)
            assert refused.status_code == 429
            assert "2 were requested, and 1 is left" in refused.json()["detail"]


class TestRedis:
    def test_processes_share_a_limit_and_count_separately_without_redis(self, tmp_path: Path):
        with RedisServer() as redis:

            def counting(uploads: Path) -> RunningServer:
                return RunningServer(
                    RATE_PER_ADDRESS="2/day", REDIS_URL=redis.url, UPLOADS_DIR=str(uploads), LOG_FORMAT="json"
                )

            with counting(tmp_path / "1") as first, counting(tmp_path / "2") as second:
                assert ask(first).headers["ratelimit"].startswith('"address";r=1;')
                assert ask(second).headers["ratelimit"].startswith('"address";r=0;')
                for server in (first, second):
                    assert ask(server).status_code == 429

                redis.stop()
                for server in (first, second):
                    assert [ask(server).status_code for _ in range(3)] == [200, 200, 429]
                    assert server.log.count("redis_does_not_answer") == 1
