FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b AS build
WORKDIR /service
# Two environments: one to serve, and one to export the networks and build the guide.
# With `--build-arg LOCK=requirements-ray.lock` the image contains Ray too.
ARG LOCK=requirements.lock
COPY requirements.lock requirements-ray.lock requirements-export.lock /tmp/
RUN python -m venv --without-pip /opt/venv \
    && python -m venv --without-pip /opt/export \
    && python -m pip --python /opt/venv/bin/python install \
        --no-cache-dir --require-hashes --no-deps -r /tmp/${LOCK} \
    && python -m pip --python /opt/export/bin/python install \
        --no-cache-dir --require-hashes --no-deps -r /tmp/requirements-export.lock
COPY models models
COPY app app
RUN PYTHONDONTWRITEBYTECODE=1 /opt/export/bin/python -m app export \
    && /opt/venv/bin/python -m compileall -q app
COPY docs docs
COPY research/documentation research/documentation
COPY tools tools
COPY *.md zensical.toml CITATION.cff LICENSE ./
RUN /opt/export/bin/python -m tools.docs.guide

FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b
COPY --from=build /opt/venv /opt/venv
COPY --from=build /service/app /service/app
COPY --from=build /service/models /service/models
COPY sample_images /service/sample_images
RUN useradd --system --uid 10001 --no-create-home service \
    && install --directory --owner service /service/uploads \
    && install --directory --owner service --mode 700 /service/data
WORKDIR /service
USER 10001
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    AUTH=on \
    LOG_FORMAT=json
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health/ready')"]
CMD ["python", "-m", "app", "serve"]
