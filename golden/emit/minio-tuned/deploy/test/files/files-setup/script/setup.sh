set -eu
printf '%s\n%s\n' 'keeper' "$(cat /run/secrets/files_root_password)" | mc --quiet alias set store "$STORE"
mc --quiet mb --ignore-existing store/files
mc --quiet version suspend store/files
printf '%s\n%s\n' 'uploader' "$(cat /run/secrets/files_secret_key)" | mc --quiet admin user add store
mc --quiet admin policy create store 'uploader' /policy.json
mc --quiet admin policy attach store 'uploader' --user 'uploader'
