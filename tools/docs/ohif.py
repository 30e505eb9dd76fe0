"""The picture of a study's results in OHIF, for the guide.

`python -m tools.docs.ohif DIST` takes it. DIST is the folder `dist` of the npm package `@ohif/app`, the built viewer.
It needs Orthanc, nginx and a browser, as the tests with real servers do.
"""

import argparse
import base64
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.browser import running_browser
from tests.support.dicom import sample_slice
from tests.support.orthanc_server import PASSWORD, USER, OrthancServer
from tests.support.server import RunningServer, free_port
from tools.docs.generate import DOCS

_STUDY = "2.25.1"
_SAMPLE, _SLICES = "Te-me_0018.jpg", 5
_AUTHORIZATION = f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"
# Without a graphics card, for a viewer that draws with WebGL.
_WEBGL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
_PATIENCE_MS = 180_000
_SETTLED_MS = 8_000
_CONFIGURATION = {
    "routerBasename": None,
    "extensions": [],
    "modes": [],
    "showStudyList": False,
    "disableConfirmationPrompts": True,
    "investigationalUseDialog": {"option": "never"},
    "defaultDataSourceName": "orthanc",
    "dataSources": [
        {
            "namespace": "@ohif/extension-default.dataSourcesModule.dicomweb",
            "sourceName": "orthanc",
            "configuration": {
                "friendlyName": "Orthanc",
                "name": "orthanc",
                "qidoRoot": "/dicom-web",
                "wadoRoot": "/dicom-web",
                "wadoUriRoot": "/dicom-web",
                "imageRendering": "wadors",
                "thumbnailRendering": "wadors",
                "bulkDataURI": {"enabled": True},
                "omitQuotationForMultipartRequest": True,
            },
        }
    ],
}
_NGINX = """
daemon off; pid {folder}/nginx.pid; {user} events {{}}
http {{
    include /etc/nginx/mime.types; access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    server {{
        listen 127.0.0.1:{port}; root {dist};
        location / {{ try_files $uri /index.html; }}
        location = /app-config.js {{ alias {folder}/app-config.js; }}
        location /dicom-web/ {{
            proxy_pass {orthanc}; proxy_set_header Host $http_host; proxy_set_header Authorization "{authorization}";
        }}
    }}
}}
"""


def main() -> None:
    """Take the picture."""
    parser = argparse.ArgumentParser(description="Take the picture of a study's results in OHIF.")
    parser.add_argument("dist", type=Path, help="folder `dist` of the npm package @ohif/app")
    dist = parser.parse_args().dist.resolve()
    with tempfile.TemporaryDirectory() as made, OrthancServer(Path(made)) as orthanc:
        orthanc.upload(*_slices())
        _classify(orthanc)
        with _viewer(dist, orthanc.url, Path(made)) as url:
            photograph(url, DOCS / "ohif.png")


def photograph(url: str, target: Path) -> None:
    """Save a screenshot of the viewer with the list of series, and the segmentation over its slices."""
    with running_browser(*_WEBGL) as browser:
        page = browser.new_page(viewport={"width": 1180, "height": 680})
        page.set_default_timeout(_PATIENCE_MS)
        page.goto(f"{url}/viewer?StudyInstanceUIDs={_STUDY}", wait_until="commit")
        page.get_by_text("Skip all").click()
        page.locator("[data-cy=study-browser-thumbnail-no-image]", has_text="AI heat area").dblclick()
        page.locator("[data-cy=panelSegmentation-btn]").click()
        page.get_by_text("Grad-CAM heat-map").first.wait_for()
        page.wait_for_timeout(_SETTLED_MS)
        page.screenshot(path=target)


def _slices() -> list[bytes]:
    """A series whose slices are one sample, of nobody."""
    return [
        sample_slice(
            5.0 * number,
            _SAMPLE,
            PatientName="Example^Patient",
            PatientID="EXAMPLE",
            PatientBirthDate="",
            StudyDate="20260105",
            StudyDescription="MRI brain",
            SeriesDescription="T1 axial",
            StudyInstanceUID=_STUDY,
            SeriesInstanceUID=f"{_STUDY}.3",
            SOPInstanceUID=f"{_STUDY}.3.{number + 1}",
            FrameOfReferenceUID=f"{_STUDY}.2",
            InstanceNumber=number + 1,
        )
        for number in range(_SLICES)
    ]


def _classify(orthanc: OrthancServer) -> None:
    servers = {"orthanc": {"url": f"{orthanc.url}/dicom-web", "authorization": _AUTHORIZATION}}
    with RunningServer(DICOMWEB_SERVERS=json.dumps(servers)) as server, server.client() as client:
        order = {"server": "orthanc", "study": _STUDY, "store": True}
        client.post("/api/v1/studies", json=order).raise_for_status()


@contextmanager
def _viewer(dist: Path, orthanc: str, folder: Path) -> Iterator[str]:
    """OHIF and, at the same address, Orthanc's DICOMweb without a password."""
    port = free_port()
    (folder / "app-config.js").write_text(f"window.config = {json.dumps(_CONFIGURATION)};")
    # As root, nginx would run its processes as a user who may not read the folder.
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        _NGINX.format(folder=folder, user=user, port=port, dist=dist, orthanc=orthanc, authorization=_AUTHORIZATION)
    )
    command = ["nginx", "-e", "stderr", "-c", str(folder / "nginx.conf")]
    with subprocess.Popen(command) as nginx:  # noqa: S603
        try:
            url = f"http://127.0.0.1:{port}"
            with httpx.Client(transport=httpx.HTTPTransport(retries=5)) as client:
                client.get(url).raise_for_status()
            yield url
        finally:
            nginx.terminate()


if __name__ == "__main__":
    main()
