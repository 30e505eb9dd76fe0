"""A Ray cluster of several nodes on this machine, each with one core."""

from types import TracebackType
from typing import Self

from app.config.no_telemetry import turn_off_ray_telemetry
from tests.support.archives import workers_of

_STORE_BYTES = 80_000_000


class RayCluster:
    """A cluster while the block runs. A node that is killed ends at once, with everything on it."""

    def __init__(self, nodes: int) -> None:
        """Start it."""
        turn_off_ray_telemetry()
        # Lazy import: it takes a second.
        from ray.cluster_utils import Cluster

        self._cluster = Cluster()
        head, *self._others = [
            self._cluster.add_node(num_cpus=1, object_store_memory=_STORE_BYTES) for _ in range(nodes)
        ]
        [self._raylet] = head.all_processes["raylet"]
        self._cluster.wait_for_nodes()
        self.address: str = self._cluster.address

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None):
        self._cluster.shutdown()

    def workers(self) -> list[int]:
        """The processes on the head node that have loaded a model."""
        return workers_of(self._raylet.process.pid)

    def kill_node(self) -> None:
        """Kill a node, not the head."""
        self._cluster.remove_node(self._others.pop(), allow_graceful=False)
