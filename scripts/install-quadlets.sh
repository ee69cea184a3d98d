#!/bin/sh
# Installs Node from the distribution where it is missing, then runs install-quadlets; arguments are passed on.
# In a checkout it packs and runs that checkout; anywhere else it runs the published package.
set -eu

say() { printf '%s\n' "$*" >&2; }

if [ "$(id -u)" -ne 0 ]; then
  say "error: this needs root: it creates users and services"
  say "hint: sudo $0 $*"
  exit 1
fi

install_node() {
  say "installing Node from the distribution"
  if command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
  elif command -v dnf >/dev/null; then
    dnf install -y -q nodejs npm
  else
    say "error: neither apt-get nor dnf is here"
    say "hint: install Node 20.19 or newer and npm, then run this again"
    exit 1
  fi
}

if ! command -v node >/dev/null || ! command -v npx >/dev/null; then install_node; fi

# 20.19 is what Debian 13 has and the oldest that the package supports.
if ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
  say "error: node $(node --version) is too old, 20.19 or newer is needed"
  exit 1
fi

root=$(cd "$(dirname "$0")/.." && pwd)
if [ ! -f "$root/src/bin/install-quadlets.ts" ]; then exec npx --yes install-quadlets "$@"; fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
(
  cd "$root"
  [ -d node_modules ] || npm ci --no-audit --no-fund >&2
  npm pack --silent --pack-destination "$scratch" >/dev/null
)
npx --offline --yes --package="$(echo "$scratch"/*.tgz)" install-quadlets "$@"
