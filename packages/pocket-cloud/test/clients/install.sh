#!/usr/bin/env bash
# Installs the Python clients of clients.slow.test.ts into folders of the cache, once for each list of requirements. There
# are two, because their versions of botocore differ.
set -eu
cd "$(dirname "$0")"
for list in requirements-*.txt; do
  target="${XDG_CACHE_HOME:-$HOME/.cache}/pocket-cloud-clients/$(sha256sum "$list" | cut -c1-12)"
  [ -e "$target/complete" ] && continue
  rm -rf "$target"
  python3 -m venv "$target"
  "$target/bin/pip" install -q --disable-pip-version-check -r "$list"
  touch "$target/complete"
done
