import subprocess
import sys

SCRIPT = """
import warnings
from io import BytesIO
from PIL import Image
limit = Image.MAX_IMAGE_PIXELS
from app.services.imaging.pillow import prepare_pillow
from app.services.imaging.reading import Limits, read_scan
assert limit == Image.MAX_IMAGE_PIXELS
assert "PIL" not in repr(warnings.filters)
prepare_pillow()
file = BytesIO()
Image.new("1", (20_000, 10_000)).save(file, "PNG")
print(read_scan(file, Limits(10**7, 200_000_000)).facts)
"""


def test_only_a_call_changes_pillow_and_then_large_images_are_read():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.strip() == "ScanFacts(width=20000, height=10000, format='PNG', mode='1')"
