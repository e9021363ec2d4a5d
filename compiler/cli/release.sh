#!/usr/bin/env bash
# Builds `laud` as it is given to others: laid out for the work that it does, by a profile of it at that work, and on
# Linux with its C library inside, so that it starts faster and runs wherever the kernel does. It is a fifth faster than
# what `cargo build --release` makes (docs/performance.md), and takes twice as long to build.
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
if [[ $host == *-linux-gnu ]]; then static=-Ctarget-feature=+crt-static; fi

# Builds with flags besides those of the profile `release`. The target is named, so that build scripts have none of them.
build() {
  RUSTFLAGS="$1 $static" cargo build --release --locked -p laud --bin laud --target "$host" --target-dir "$made"
}

# The work: small systems and a large one, with all there to be written and with nothing changed; an editor.
work() {
  local example turn
  for turn in written unchanged; do
    for example in examples/*/ "$made/workload"; do
      "$laud" build "$example" --out "$made/out/$example"
      "$laud" check "$example"
      "$laud" fmt "$example"
    done
    echo "release.sh: $turn"
  done
  LAUD_SERVER=$laud cargo bench --profile dev --locked -p laud-tests --bench typing -- 200 1000
}

rm -rf "$made/raw" "$made/out" "$made/workload"
cargo run --locked -p laud-tests --bin bench-spec -- 1000 "$made/workload"
build "-Cprofile-generate=$made/raw"
LLVM_PROFILE_FILE=$made/raw/%p-%m.profraw work
"$profdata" merge -o "$made/laud.profdata" "$made/raw"
build "-Cprofile-use=$made/laud.profdata"
cp "$laud" "$made/laud"
rm -rf "$made/raw" "$made/out" "$made/workload"
echo "release.sh: $made/laud"
