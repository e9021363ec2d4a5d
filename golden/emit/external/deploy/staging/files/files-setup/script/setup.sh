set -eu
printf '%s\n%s\n' 'golden-root' "$(cat /run/secrets/files_root_password)" | mc --quiet alias set store "$STORE"
mc --quiet mb --ignore-existing store/uploads
mc --quiet version suspend store/uploads
printf '%s\n%s\n' 'golden' "$(cat /run/secrets/files_secret_key)" | mc --quiet admin user add store
mc --quiet admin policy create store 'golden' /policy.json
mc --quiet admin policy attach store 'golden' --user 'golden'
