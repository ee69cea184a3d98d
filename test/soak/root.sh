#!/usr/bin/env bash
# Prints where the root file system of LAB_RELEASE lies, which is made where it is missing.
set -euo pipefail
LAB_REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
LAB_HERE=$LAB_REPO/test/lab/host
for part in common cache base; do
  # shellcheck disable=SC1090
  . "$LAB_HERE/$part.sh"
done
base=$(base_path)
if [ ! -d "$base" ]; then
  need_tools >&2
  build_once "$base" build_base
fi
echo "$base"
