"""Brain tumor classification: a brain MRI in, a diagnosis aid out."""

from app.config.no_telemetry import block_openvino_telemetry

__version__ = "0.3.0"

# Here, because Python runs this file before any other module of the project can import OpenVINO, directly or through
# Keras, and whichever way the process starts.
block_openvino_telemetry()
