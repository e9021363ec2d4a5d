#!/usr/bin/env bash
# Builds `laud` as it is given to others: laid out for the work that it does, by a profile of it at that work, and on
# Linux with its C library inside and at fixed addresses, so that nothing is left to link or relocate when it starts,
# and it runs wherever the kernel does. For a small system it takes two thirds of the time of what `cargo build --release`
# makes (docs/performance.md), and twice as long to build.
#
#   compiler/cli/release.sh     makes target/profiled/laud
#
# Needs llvm-profdata of the toolchain itself: `rustup component add llvm-tools`.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

host=$(rustc --version --verbose | sed -n 's/^host: //p')
profdata=$(rustc --print sysroot)/lib/rustlib/$host/bin/llvm-profdata
if [[ ! -x $profdata ]]; then
  echo "release.sh: there is no llvm-profdata; install it with \`rustup component add llvm-tools\`" >&2
  exit 1
fi

made=$PWD/target/profiled
laud=$made/$host/release/laud
static=
if [[ $host == *-linux-* ]]; then
  static='-Ctarget-feature=+crt-static -Crelocation-model=static'
  # What is 2 MiB of the file is one huge page in memory, if the system keeps it so.
  static+=' -Clink-arg=-Wl,-z,max-page-size=2097152'
fi

# Builds with flags besides those of the profile `release`. The target is named, so that build scripts have none of them.
build() {
  RUSTFLAGS="$1 $static" cargo build --release --locked -p laud --bin laud --target "$host" --target-dir "$made"
}

# The work of one kind, whose profile is kept by itself.
work() {
  local kind=$1
  shift
  LLVM_PROFILE_FILE=$made/raw/$kind/%p-%m.profraw "$@"
  echo "release.sh: $kind"
}

# Systems with all there to be written, and with nothing changed.
systems() {
  local system turn
  for turn in written unchanged; do
    for system in "$@"; do
      "$laud" build "$system" --out "$made/out/$system"
      "$laud" check "$system"
      "$laud" fmt "$system"
    done
    echo "release.sh: $turn"
  done
}

editor() {
  LAUD_SERVER=$laud cargo bench --profile dev --locked -p laud-tests --bench typing -- 200 1000
}

rm -rf "$made/raw" "$made/out" "$made/workload"
cargo run --locked -p laud-tests --bin bench-spec -- 1000 "$made/workload"
build "-Cprofile-generate=$made/raw"
work small systems examples/*/
work large systems "$made/workload"
work editor editor
# What a small system runs once, a large one runs a thousand times: counted alike, most of what a small one waits for
# would be taken for code that hardly ever runs.
"$profdata" merge -o "$made/laud.profdata" \
  --weighted-input="100,$made/raw/small" "$made/raw/large" "$made/raw/editor"
build "-Cprofile-use=$made/laud.profdata"
# Written at once, it is kept in the largest pieces that the file system has: what a linker writes lies in pages of
# 4 KiB, of which each is mapped by itself.
dd if="$laud" of="$made/laud.new" bs=67108864
chmod 755 "$made/laud.new"
mv "$made/laud.new" "$made/laud"
rm -rf "$made/raw" "$made/out" "$made/workload"
echo "release.sh: $made/laud"
