#!/usr/bin/env bash
# Builds every image of the lab from Debian packages and the programs in this folder, as a tree that registry.mjs serves.
#
#   build.sh [--SET] OUTDIR     build into OUTDIR (replaced when the build succeeds)
#   build.sh [--SET] --key      print a key that changes when the result would change, for a cache
#
# One small Debian root is the base layer. Each package set below is installed on an overlay above it, in parallel, and
# what it added becomes one layer, shared by every image that names it in the catalogue. SET is gateway or observability: the images of
# that folder instead, a tree of its own that only labs which ask for it have.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
set=
catalogue=images.mjs
release=${LAB_RELEASE:-trixie}
if [[ ${1:-} == --gateway || ${1:-} == --observability ]]; then
  set=${1#--}
  shift
  catalogue=$set/images.mjs
  # llama-server is in no earlier one; its PostgreSQL and its Prometheus are of the major releases that the services name.
  release=forky
fi

# What the other tree is made of does not change this one.
own_files() {
  if [[ -z $set ]]; then
    find . -type f ! -name README.md ! -path './test/*' ! -path './gateway/*' ! -path './observability/*' -print0
  else
    find build.sh assemble.mjs layer.mjs image-parts.mjs lib files/{common,llama} "$set" -type f ! -name README.md -print0
  fi
}
if [[ ${1:-} == --key ]]; then
  { echo "$release"; cd "$here"; own_files | LC_ALL=C sort -z | xargs -0 sha256sum; } | sha256sum | cut -c1-20
  exit
fi
out=${1:?usage: build.sh [--gateway | --observability] OUTDIR | --key}
[[ $(id -u) == 0 ]] || { echo "build.sh: must run as root (chroot, overlay mounts)" >&2; exit 1; }

# The tools, only where one is missing.
need=()
command -v mmdebstrap >/dev/null || need+=(mmdebstrap)
command -v zstd >/dev/null || need+=(zstd)
[[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] || need+=(debian-archive-keyring)
if ((${#need[@]})); then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null
fi

# The mirror this machine itself uses: the first Debian archive in its apt sources that is not the security archive.
mirror=${LAB_MIRROR:-$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} 2>/dev/null |
  grep -Eo '^(URIs:|deb ).*' | grep -Eo 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' ' || true)}
[[ -n $mirror ]] || { echo "build.sh: no Debian mirror found in apt's sources; set LAB_MIRROR" >&2; exit 1; }

mkdir -p "$(dirname "$out")"
out=$(realpath -m "$out")
work=$(mktemp -d "${TMPDIR:-/var/tmp}/lab-images.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
mkdir -p "$work/tree" "$work/sets" "$work/layers"
started=$SECONDS
say() { printf '%4ss  %s\n' "$((SECONDS - started))" "$*" >&2; }

# apt inside the root behaves like apt outside (proxies, dates), and never writes manuals.
apt-config dump | grep -E '^Acquire::(http|https|Retries|Check-|ForceIP)' >"$work/apt-host.conf" || true
mmdebstrap --quiet --variant=minbase --mode=root --skip=cleanup/apt/lists,cleanup/apt/cache \
  --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/lintian/*' --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
  --aptopt="$work/apt-host.conf" "$release" "$work/sets/base" "$mirror"
cp "$work/apt-host.conf" "$work/sets/base/etc/apt/apt.conf.d/98host"
cp /etc/resolv.conf "$work/sets/base/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$work/sets/base/usr/sbin/policy-rc.d"
chmod 755 "$work/sets/base/usr/sbin/policy-rc.d"
# The Java package links its manuals although they are left out.
mkdir -p "$work/sets/base/usr/share/man/man1"
say "base root ready"

# prepare SET PARENTS COMMAND: runs COMMAND in a chroot over the parents (topmost first) and keeps what it adds in sets/SET.
prepare() {
  local set=$1 parents=$2 script=$3 lower='' parent
  for parent in $parents base; do lower+=${lower:+:}$work/sets/$parent; done
  mkdir -p "$work/sets/$set" "$work/overlay-$set" "$work/root-$set"
  # A private mount namespace: the mounts vanish with it, whatever happens.
  # shellcheck disable=SC2016 # expanded by the inner shell
  if ! unshare --mount --propagation private bash -euc '
    mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" "$4"
    mount -t proc proc "$4/proc"
    mount --bind /dev "$4/dev"
    exec chroot "$4" env DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin bash -euc "$5"
  ' - "$lower" "$work/sets/$set" "$work/overlay-$set" "$work/root-$set" "$script" >"$work/$set.log" 2>&1; then
    echo "build.sh: package set $set failed:" >&2
    tail -n 30 "$work/$set.log" >&2
    return 1
  fi
}
# install SET PARENTS COMMAND: the same, and what it adds becomes a layer.
install() {
  prepare "$@"
  node "$here/layer.mjs" "$work/sets/$1" "$work/tree" "$work/layers/$1.json"
  say "layer $1 ready"
}
# `unpack NAME...` inside the chroot: files of packages without their dependencies (jars, single programs).
# shellcheck disable=SC2016 # expanded inside the chroot
unpack='unpack() { cd /tmp; apt-get download -qq -o APT::Sandbox::User=root "$@"; for d in ./*.deb; do dpkg -x "$d" "${into:-/}"; rm "$d"; done; cd /; };'
get='apt-get install -y -qq --no-install-recommends'

node "$here/layer.mjs" "$work/sets/base" "$work/tree" "$work/layers/base.json" & pids=($!)
# shellcheck source=test/lab/images/sets.sh
. "$here/$(dirname "$catalogue")/sets.sh"
failed=0
for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
((failed == 0)) || exit 1

node "$here/assemble.mjs" "$work" "$here/$catalogue"
rm -rf --one-file-system "$out.old"
[[ ! -e $out ]] || mv "$out" "$out.old"
mv "$work/tree" "$out"
rm -rf --one-file-system "$out.old"
say "$(du -sh "$out" | cut -f1) in $out"
