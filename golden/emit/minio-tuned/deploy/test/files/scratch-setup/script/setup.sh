set -eu
printf '%s\n%s\n' 'golden-root' "$(cat /run/secrets/scratch_root_password)" | mc --quiet alias set store "$STORE"
