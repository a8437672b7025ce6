#!/bin/sh
# engine.sh start|stop <directory>: a container engine out of Debian's packages, unpacked into the directory and not installed.
set -eu
command=$1
R=$2
export PATH="$R/root/usr/sbin:$R/root/usr/bin:$R/root/sbin:$PATH"
export LD_LIBRARY_PATH="$R/root/usr/lib/x86_64-linux-gnu:$R/root/lib/x86_64-linux-gnu"
export XTABLES_LIBDIR="$R/root/usr/lib/x86_64-linux-gnu/xtables"

# The compose plugin of Debian 12 is too old for this file; the one of Debian 13 runs here. The machine's own lists stay as they are.
newer() {
  mkdir -p "$R/apt/lists/partial" "$R/apt/cache/archives/partial"
  echo 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main' >"$R/apt/trixie.list"
  apt-get -q -oDir::Etc::sourcelist="$R/apt/trixie.list" -oDir::Etc::sourceparts=/dev/null -oDir::State::Lists="$R/apt/lists" \
    -oDir::Cache="$R/apt/cache" "$@"
}

fetch() {
  mkdir -p "$R/debs" "$R/root" "$R/config/cli-plugins"
  cd "$R/debs"
  apt-get -q update >/dev/null
  apt-get -q download docker.io containerd runc tini debootstrap iptables libip4tc2 libip6tc2 libxtables12 libnftnl11 libmnl0 \
    libnfnetlink0 libnetfilter-conntrack3
  newer update >/dev/null
  newer download docker-compose/trixie
  for package in *.deb; do dpkg-deb -x "$package" "$R/root"; done
  for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
    ln -sf xtables-nft-multi "$R/root/usr/sbin/$name"
  done
  cp "$R/root/usr/libexec/docker/cli-plugins/docker-compose" "$R/config/cli-plugins/"
}

wait_for() {
  for _ in $(seq 60); do
    [ -S "$1" ] && return 0
    sleep 0.5
  done
  echo "engine: $1 does not appear, see the logs in $R" >&2
  return 1
}

start() {
  [ -x "$R/root/usr/sbin/dockerd" ] || fetch
  cat /proc/sys/net/ipv4/ip_forward >"$R/ip_forward"
  iptables -S FORWARD | grep '^-P' >"$R/forward"
  containerd --root "$R/cd" --state "$R/cds" --address "$R/containerd.sock" >"$R/containerd.log" 2>&1 &
  echo $! >"$R/containerd.pid"
  wait_for "$R/containerd.sock"
  dockerd --data-root "$R/data" --exec-root "$R/exec" --containerd "$R/containerd.sock" -H "unix://$R/docker.sock" \
    --storage-driver vfs --default-ulimit nofile=1024:1024 --pidfile "$R/dockerd.pid" >"$R/dockerd.log" 2>&1 &
  wait_for "$R/docker.sock"
}

# Only what start began: by the process ids it wrote, the bridge and the chains the engine made.
stop() {
  for name in dockerd containerd; do
    [ -f "$R/$name.pid" ] || continue
    pid=$(cat "$R/$name.pid")
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 60); do kill -0 "$pid" 2>/dev/null || break; sleep 0.5; done
  done
  for table in nat filter; do
    iptables-save -t "$table" 2>/dev/null | grep -E '^-A .*(DOCKER|docker0)' | sed 's/^-A/-D/' | while read -r rule; do
      eval "iptables -t $table $rule" 2>/dev/null || true
    done
    for chain in DOCKER DOCKER-USER DOCKER-ISOLATION-STAGE-1 DOCKER-ISOLATION-STAGE-2; do
      iptables -t "$table" -F "$chain" 2>/dev/null && iptables -t "$table" -X "$chain" 2>/dev/null || true
    done
  done
  # shellcheck disable=SC2046
  [ -s "$R/forward" ] && iptables $(cat "$R/forward")
  ip link delete docker0 2>/dev/null || true
  [ -f "$R/ip_forward" ] && cat "$R/ip_forward" >/proc/sys/net/ipv4/ip_forward
  rm -rf "$R"
}

case $command in
  start) start ;;
  stop) stop ;;
  *) echo "usage: engine.sh start|stop <directory>" >&2; exit 2 ;;
esac
