"""No telemetry: OpenVINO and NNCF cannot load the package with which they report to Google Analytics."""

import sys


def block_openvino_telemetry() -> None:
    """Make every import of `openvino_telemetry` raise ImportError; OpenVINO and NNCF then use stubs that send nothing.

    Otherwise `import openvino` sends an event at once, with a client ID that it stores in the home directory.
    """
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
