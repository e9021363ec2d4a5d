#!/usr/bin/env bash
# A Docker engine of the tests' own, with its data, socket and pid file in one temporary folder.
#
#   eval "$(tests/tools/dockerd.sh start)"   starts it and sets DOCKER_HOST and DOCKER_CONFIG, with `docker compose`
#   tests/tools/dockerd.sh image NAME...     gives it a small busybox image under each of these names
#   tests/tools/dockerd.sh stop              stops it, with its containers, and removes the folder
#
# The folder is ${LAUD_DOCKERD:-${TMPDIR:-/tmp}/laud-dockerd}. Needs root and what install.sh installs. The engine
# makes the bridge docker0 and iptables rules like any other, so run none where one runs already.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
dir=${LAUD_DOCKERD:-${TMPDIR:-/tmp}/laud-dockerd}
pid_file=$dir/dockerd.pid
bin=$("$here/install.sh" --bin)
export PATH=$bin:/usr/sbin:/sbin:$PATH DOCKER_HOST=unix://$dir/docker.sock DOCKER_CONFIG=$dir/config

start() {
  mkdir -p "$dir/config/cli-plugins"
  ln -sfn "$bin/docker-compose" "$dir/config/cli-plugins/docker-compose"
  if ! is_running; then
    rm -f "$pid_file"
    # It starts a containerd of its own below the exec root.
    setsid dockerd --host "$DOCKER_HOST" --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$pid_file" \
      >"$dir/dockerd.log" 2>&1 </dev/null &
    wait_until 60 docker version || {
      echo "dockerd.sh: the engine did not start; the end of $dir/dockerd.log:" >&2
      tail -n 20 "$dir/dockerd.log" >&2
      exit 1
    }
  fi
  printf 'export DOCKER_HOST=%q DOCKER_CONFIG=%q\n' "$DOCKER_HOST" "$DOCKER_CONFIG"
}

image() {
  local root name
  root=$(mktemp -d)
  mkdir -p "$root"/{bin,dev,etc,proc,root,sys,tmp,var}
  chmod 1777 "$root/tmp"
  cp /bin/busybox "$root/bin/"
  for name in $(busybox --list); do
    [[ $name == busybox ]] || ln -s busybox "$root/bin/$name"
  done
  printf 'root:x:0:0::/root:/bin/sh\n' >"$root/etc/passwd"
  printf 'root:x:0:\n' >"$root/etc/group"
  for name in "$@"; do
    tar -C "$root" -c . | docker import --change 'ENV PATH=/bin' - "$name"
  done
  rm -rf "$root"
}

stop() {
  if is_running; then
    local pid
    pid=$(cat "$pid_file")
    kill "$pid"
    wait_until 60 is_gone "$pid"
  fi
  # Where there were networks, it leaves a mount behind.
  umount "$dir"/exec/netns/* 2>/dev/null || true
  rm -rf "$dir"
}

is_running() { [[ -s $pid_file ]] && kill -0 "$(cat "$pid_file")" 2>/dev/null; }

is_gone() { ! kill -0 "$1"; }

# wait_until SECONDS COMMAND...: runs the command until it succeeds.
wait_until() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || return 1
    sleep 0.2
  done
}

case ${1-} in
  start | stop) "$1" ;;
  image)
    shift
    image "$@"
    ;;
  *)
    sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
