from collections.abc import Iterator

import pytest
from coverage import Coverage


@pytest.fixture(scope="module", autouse=True)
def _unmeasured() -> Iterator[None]:
    """Coverage is of the service. Measured too, research takes half as long again, most of it in Keras."""
    stopped: list[Coverage] = []
    # Under xdist there are two: of the worker's process, and of its tests.
    while measurement := Coverage.current():
        measurement.stop()
        stopped.append(measurement)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        yield
    for measurement in reversed(stopped):
        measurement.start()
