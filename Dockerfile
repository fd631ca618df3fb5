# docker build -t feira .
# docker run -p 8080:8080 -v feira:/data feira
#
# One process, one PostgreSQL, one volume. `.ci/dockerfile-steps` tries what can be tried of this
# without a container engine.

FROM rust:1-slim-bookworm AS build
WORKDIR /src
# .dockerignore lets in what a build needs, and nothing else.
COPY . .
# Pages, styles, settings and migrations are inside the binary.
RUN cargo build --release --locked --bin feira

FROM debian:bookworm-slim
# No cluster of the distribution's: Feira makes its own in /data.
RUN set -eux; \
    export DEBIAN_FRONTEND=noninteractive; \
    apt-get update; \
    apt-get install -y --no-install-recommends postgresql-common; \
    sed -ri 's/^#?\s*(create_main_cluster)\s*=.*$/\1 = false/' /etc/postgresql-common/createcluster.conf; \
    apt-get install -y --no-install-recommends ca-certificates postgresql-15; \
    rm -rf /var/lib/apt/lists/*
# PostgreSQL refuses root, so the whole container runs as this user; initdb asks for its name.
RUN set -eux; \
    useradd --system --uid 10001 --user-group --home-dir /data --no-create-home --shell /usr/sbin/nologin feira; \
    install -d -o feira -g feira -m 0700 /data
COPY --from=build /src/target/release/feira /usr/local/bin/feira

ENV FEIRA_PROFILE=production \
    FEIRA_DATA=/data
USER feira
WORKDIR /data
VOLUME /data
EXPOSE 8080
# The first start makes the cluster and the tables.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${FEIRA_SERVER__PORT:-8080} && printf 'GET /readyz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r -t 4 line <&3 && [[ $line == 'HTTP/'*' 200 '* ]]"]
# Finishes what is in flight, then stops PostgreSQL: give it `--stop-timeout 40`.
STOPSIGNAL SIGTERM
ENTRYPOINT ["feira"]
CMD ["serve"]
