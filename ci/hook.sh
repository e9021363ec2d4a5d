#!/usr/bin/env bash
# Runs laud of this version, and builds it first where that was not done yet. For hooks, which have this repository of
# their own: pre-commit can build a package by itself, but not one of a workspace.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
laud=$here/target/hook/bin/laud
if [[ ! -x $laud ]]; then
  "${CARGO:-cargo}" install --quiet --locked --path "$here/compiler/cli" --root "$here/target/hook"
fi
exec "$laud" "$@"
