"""No telemetry: OpenVINO, NNCF and Ray send nothing to their makers."""

import os
import sys


def block_openvino_telemetry() -> None:
    """Make every import of `openvino_telemetry` raise ImportError; OpenVINO and NNCF then use stubs that send nothing.

    Otherwise `import openvino` sends an event at once, with a client ID that it stores in the home directory.
    """
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]


def turn_off_ray_telemetry() -> None:
    """Make Ray, which is imported later, send no usage statistics; its workers inherit the variable."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
