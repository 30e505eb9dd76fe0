"""Write the generated documentation: pictures, examples, the API's description and the parts of documents.

`make docs` runs it. None of this is edited by hand.
"""

import json

from app.config.settings import PROJECT_DIR
from app.routes.api_docs import EXAMPLES_FILE
from benchmarks.support.history import draw_history
from benchmarks.support.plot import draw
from tests.support.server import RunningServer
from tools.docs import contract, pictures
from tools.docs.accounts import account_answers
from tools.docs.answers import EXAMPLE_SAMPLE, predict, real_answers
from tools.docs.drift import drift_answers
from tools.docs.parts import filled, parts

DOCS = PROJECT_DIR / "docs"
PICTURED_SAMPLES = ("Te-gl_0014.jpg", "Te-me_0018.jpg", "Te-pi_0014.jpg", "Te-no_0023.jpg")


def main() -> None:
    """Write everything."""
    # Float32 gives the same results on every processor.
    with RunningServer(PRECISION="f32") as server, server.client() as client:
        examples = {**real_answers(client), **account_answers(), **drift_answers()}
        pictures.draw_heatmaps([predict(client, name) for name in PICTURED_SAMPLES], DOCS / "heatmaps.png")
        pictures.photograph_page(server.url, EXAMPLE_SAMPLE, DOCS / "page.png")
        pictures.print_report(client, EXAMPLE_SAMPLE, DOCS / "report.png")
    draw(DOCS / "speed.png")
    draw_history(DOCS / "speed_history.png")
    EXAMPLES_FILE.write_text(json.dumps(examples, indent=2, ensure_ascii=False) + "\n")
    # Start a new server, since the API's description contains the examples.
    with RunningServer() as server, server.client() as client:
        contract.write(client.get("/openapi.json").json())
    for path, inside in parts().items():
        path.write_text(filled(path, inside))


if __name__ == "__main__":
    main()
