# The images of Tessera, one target each:
#
#   docker build --target token -t tessera/token:0.1.0 .
#
# Targets: gateway token authorization device-ciba worker key-management migrate cli playground.
# No BuildKit syntax, so that the classic builder, buildah and kaniko build it too. Both base images may be replaced by ones of a
# mirror; RUNTIME_IMAGE has to have node at /nodejs/bin/node and the user 65532.
ARG BUILD_IMAGE=node:20-bookworm-slim@sha256:2cf067cfed83d5ea958367df9f966191a942351a2df77d6f0193e162b5febfc0
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs20-debian12:nonroot@sha256:2cd820156cf039c8b54ae2d2a97e424b6729070714de8707a6b79f20d56f6a9a

FROM ${BUILD_IMAGE} AS build
# INSTALL fetches the dependencies; "true" keeps those a build image brought along in /src/node_modules, for a build without network.
# SOURCE_DATE_EPOCH decides the times of all files in the images: the same commit gives the same layers.
ARG INSTALL="npm ci --no-audit --no-fund"
ARG SOURCE_DATE_EPOCH=0
COPY . /src
RUN cd /src \
 && export PRISMA_SKIP_POSTINSTALL_GENERATE=1 CHECKPOINT_DISABLE=1 NX_DAEMON=false \
 && ${INSTALL} \
 && node node_modules/prisma/build/index.js generate \
 && node node_modules/tsgo7/bin/tsc -b \
 && node tools/images/prune.mjs /out

FROM ${RUNTIME_IMAGE} AS runtime
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.version=${VERSION} \
      org.opencontainers.image.revision=${REVISION} \
      org.opencontainers.image.licenses=Apache-2.0
WORKDIR /app
ENV NODE_ENV=production
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node"]

# A service listens inside its container on every address; what may reach it is decided by its network.
FROM runtime AS service
ENV OPS_HOST=0.0.0.0 OPS_PORT=9090
EXPOSE 9090
HEALTHCHECK --interval=5s --timeout=3s --start-period=120s --retries=3 CMD ["/nodejs/bin/node", "/app/tools/images/health-check.mjs"]

# V8 keeps a young generation that grew with the start; only on the path of every request is that worth its memory.
FROM service AS gateway
ENV HOST=0.0.0.0 PORT=8080
EXPOSE 8080
COPY --from=build /out/gateway /app
CMD ["apps/gateway/dist/main.js"]

FROM service AS token
COPY --from=build /out/token /app
CMD ["apps/token/dist/main.js"]

FROM service AS authorization
COPY --from=build /out/authorization /app
CMD ["--max-semi-space-size=2", "apps/authorization/dist/main.js"]

FROM service AS device-ciba
COPY --from=build /out/device-ciba /app
CMD ["--max-semi-space-size=2", "apps/device-ciba/dist/main.js"]

FROM service AS worker
COPY --from=build /out/worker /app
CMD ["--max-semi-space-size=2", "apps/device-ciba/dist/worker.main.js"]

FROM service AS key-management
COPY --from=build /out/key-management /app
CMD ["--max-semi-space-size=2", "apps/key-management/dist/main.js"]

# Arguments follow the program: docker run tessera/migrate status. Without any it deploys.
FROM runtime AS migrate
COPY --from=build /out/migrate /app
ENTRYPOINT ["/nodejs/bin/node", "/app/tools/migrate/migrate.mjs"]
CMD ["deploy"]

FROM runtime AS cli
COPY --from=build /out/cli /app
ENTRYPOINT ["/nodejs/bin/node", "/app/apps/cli/dist/main.js"]
CMD ["--help"]

FROM runtime AS playground
ENV PLAYGROUND_HOST=0.0.0.0 PLAYGROUND_PORT=3001
EXPOSE 3001
COPY --from=build /out/playground /app
CMD ["apps/playground/dist/main.js"]
