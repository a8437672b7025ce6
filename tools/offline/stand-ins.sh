#!/bin/sh
# stand-ins.sh <directory of the engine>: images of the shape docker-compose.yml expects, made of Debian's packages and of this
# machine's Node.js. DOCKER_HOST names the engine. See README.md.
set -eu
R=$1
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
image=tessera-stand-in

debian() {
  [ -d "$R/debian" ] || DEBOOTSTRAP_DIR="$R/root/usr/share/debootstrap" "$R/root/usr/sbin/debootstrap" --variant=minbase \
    --include=postgresql,redis-server,nats-server,wget,ca-certificates bookworm "$R/debian" http://deb.debian.org/debian >"$R/debootstrap.log"
  rm -rf "$R/debian/var/cache/apt" "$R/debian/var/lib/apt/lists"
  tar -C "$R/debian" -c . | docker import - "$image/debian" >/dev/null
}

# Node.js with what it links and what native modules link, and nothing else: no shell, as in the real base.
runtime() {
  rm -rf "$R/runtime"
  mkdir -p "$R/runtime/nodejs/bin" "$R/runtime/tmp" "$R/runtime/etc/ssl/certs"
  chmod 1777 "$R/runtime/tmp"
  strip -o "$R/runtime/nodejs/bin/node" "$(readlink -f "$(command -v node)")" 2>/dev/null ||
    cp "$(readlink -f "$(command -v node)")" "$R/runtime/nodejs/bin/node"
  chmod 755 "$R/runtime/nodejs/bin/node"
  for library in $(ldd "$R/runtime/nodejs/bin/node" | grep -o '/[^ ]*') $(dpkg -L libc6 | grep -E '^/lib/.*/lib(rt|dl|pthread|resolv|util|nss_[a-z]+)\.so\.[0-9]+$'); do
    mkdir -p "$R/runtime$(dirname "$library")"
    cp -L "$library" "$R/runtime$library"
  done
  printf 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' >"$R/runtime/etc/passwd"
  cp -L /etc/ssl/certs/ca-certificates.crt "$R/runtime/etc/ssl/certs/" 2>/dev/null || true
  tar -C "$R/runtime" -c . | docker import - "$image/runtime" >/dev/null
}

# The dependencies come along: a build without a network installs nothing. What only linters and tests need stays behind. Of other
# programs the shell of RUN and env, which starts scripts.
build() {
  rm -rf "$R/context"
  mkdir -p "$R/context"
  exclude=""
  for package in .cache nx @nx playwright-core eslint jest @babel @swc @typescript-eslint axe-core caniuse-lite; do
    exclude="$exclude --exclude=node_modules/$package"
  done
  # shellcheck disable=SC2086
  tar -C "$root" -c --transform 's,^node_modules,src/node_modules,S' $exclude node_modules >"$R/context/node_modules.tar"
  rm -rf "$R/build"
  cp -r "$R/runtime" "$R/build"
  mkdir -p "$R/build/bin" "$R/build/usr/bin" "$R/build/usr/local/bin"
  cp -L /bin/sh "$R/build/bin/sh"
  cp -L /usr/bin/env "$R/build/usr/bin/env"
  mv "$R/build/nodejs/bin/node" "$R/build/usr/local/bin/node"
  tar -C "$R/build" -c . | docker import - "$image/shell" >/dev/null
  printf 'FROM %s/shell\nADD node_modules.tar /\n' "$image" >"$R/context/Dockerfile"
  docker build -q -t "$image/build" "$R/context" >/dev/null
}

services() {
  for name in postgres redis nats; do
    rm -rf "$R/context"
    mkdir "$R/context"
    cp "$here/$name.Dockerfile" "$R/context/Dockerfile"
    cp "$here/postgres-entrypoint.sh" "$R/context/"
    docker build -q -t "$image/$name" "$R/context" >/dev/null
  done
}

debian
runtime
build
services
