# One image for the Prefect server and the worker, so that both have the same Prefect: that of requirements.lock.
FROM python:3.11.14-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# Python and certificates are in the base, fonts and recognition in the lock; DOC and WPS are read by LibreOffice.
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates libreoffice-writer-nogui \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /var/lib/yusuan yusuan \
 && install --directory --owner yusuan --group yusuan --mode 0700 /var/lib/yusuan /var/lib/desk

# RAR and 7z archives are opened by libarchive.
RUN apt-get update && apt-get install --yes --no-install-recommends libarchive13 && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/yusuan
COPY requirements.image.lock ./
RUN pip install --no-deps --require-hashes --requirement requirements.image.lock
COPY pyproject.toml README.md LICENSE ./
COPY extract extract
COPY transform transform
COPY warehouse warehouse
COPY desk desk
COPY flows flows
RUN pip install --no-deps --no-build-isolation --editable . && python -m compileall -q extract transform warehouse desk flows

USER 10001:10001
WORKDIR /var/lib/yusuan
VOLUME /var/lib/yusuan
ENTRYPOINT ["yusuan"]
