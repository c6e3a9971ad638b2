# One image for every process of the line; which one runs is the command (see docker-compose.yml).
FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/dateline
COPY requirements-image.lock ./
RUN /opt/dateline/bin/pip install --no-deps --require-hashes -r requirements-image.lock
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY worker worker
COPY tasks tasks
COPY db db
# The build back end stays out of the image: the wheel is built in an environment of its own, from the same lock.
COPY requirements.lock ./
RUN python -m venv /opt/hatch \
    && /opt/hatch/bin/pip install --no-deps --require-hashes -r requirements.lock --only-binary :all: --quiet \
    && /opt/hatch/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/dateline/bin/pip install --no-deps /wheels/*.whl
# The gazetteer is compiled once here, since the running image is read-only.
RUN /opt/dateline/bin/python -m worker.events.gazetteer

FROM python:3.13-slim-bookworm
RUN groupadd --gid 10001 dateline \
    && useradd --uid 10001 --gid dateline --no-create-home --shell /usr/sbin/nologin dateline \
    && install -d -o dateline -g dateline /var/lib/dateline
COPY --from=build /opt/dateline /opt/dateline
ENV PATH=/opt/dateline/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 DATELINE_HOME=/var/lib/dateline
USER dateline
WORKDIR /var/lib/dateline
ENTRYPOINT ["dateline"]
CMD ["--help"]
