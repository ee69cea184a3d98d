# Builds the Debian root file system that both machines start from, once per content.
# shellcheck shell=bash

# catatonit: pods need it for their pause process. dbus-user-session, uidmap, passt: podman only
# recommends them, and rootless containers do not start without.
LAB_PACKAGES=(
  systemd systemd-sysv dbus dbus-user-session libpam-systemd
  podman crun catatonit passt uidmap fuse-overlayfs netavark aardvark-dns
  nftables iproute2 procps sudo curl ca-certificates openssl bind9-dnsutils
  nodejs npm less
)

# The tools come from this machine's own apt, and only when they are missing.
need_tools() {
  local pair missing=()
  for pair in mmdebstrap:mmdebstrap ip:iproute2 unshare:util-linux flock:util-linux; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
  done
  [ ${#missing[@]} = 0 ] && return
  command -v apt-get >/dev/null || die "missing: ${missing[*]}" "install them with this machine's package manager"
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}" >/dev/null
}

# The Debian mirror this machine already uses.
mirror() {
  [ -n "${LAB_MIRROR:-}" ] && { echo "$LAB_MIRROR"; return; }
  local uri
  uri=$(main_archive)
  # the label is only known once the lists have been fetched
  [ -n "$uri" ] || { apt-get -qq update; uri=$(main_archive); }
  [ -n "$uri" ] || die "this machine's apt sources name no Debian mirror" "set LAB_MIRROR to one"
  echo "$uri"
}
main_archive() {
  # shellcheck disable=SC2016 # apt's own variable
  apt-get indextargets --format '$(REPO_URI)' 'ORIGIN: Debian' 'LABEL: Debian' 'COMPONENT: main' | sort -u | sed -n 1p
}

base_key() {
  { echo "$LAB_RELEASE"; cat "$LAB_HERE/base.sh"; } | sha256sum | cut -c1-16
}
base_path() { echo "$LAB_CACHE/base-$LAB_RELEASE-$(base_key)"; }

# build_once FINAL COMMAND...: COMMAND fills a directory given as its last argument; it becomes
# FINAL only when complete, and a second lab that wants the same one waits for it.
build_once() {
  local final=$1 temp
  shift
  [ -d "$final" ] && return
  mkdir -p "$LAB_CACHE"
  (
    flock 8
    [ -d "$final" ] && exit
    # under the lock every other temporary directory of this name is a leftover
    rm -rf "$final".tmp.*
    temp=$final.tmp.$$
    trap 'rm -rf "$temp"' EXIT
    "$@" "$temp"
    mv "$temp" "$final"
  ) 8>"$final.lock"
}

build_base() {
  local target=$1 options=() line
  # proxies and date checks of this machine's apt hold for the new root as well
  while read -r line; do options+=(--aptopt="$line"); done \
    < <(apt-config dump | grep -E '^Acquire::(Check-(Valid-Until|Date)|https?::Proxy|Retries) ' || true)
  say "building the base system ($LAB_RELEASE), about a minute"
  mmdebstrap --quiet --mode=root --variant=apt \
    --include="$(IFS=,; echo "${LAB_PACKAGES[*]}")" \
    --aptopt='Apt::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' "${options[@]}" \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    "$LAB_RELEASE" "$target" "$(mirror)" >"$target.log" 2>&1 8>&- ||
    { tail -n 20 "$target.log" >&2; rm -f "$target.log"; die "the base system could not be built"; }
  rm -f "$target.log"
}

# Sets LAB_BASE and LAB_IMAGES, building both at the same time where they are missing.
build_caches() {
  LAB_BASE=$(base_path) LAB_IMAGES=$(images_path)
  [ -d "$LAB_BASE" ] && { [ -z "$LAB_IMAGES" ] || [ -d "$LAB_IMAGES" ]; } && return
  need_tools
  local images=
  if [ -n "$LAB_IMAGES" ]; then build_once "$LAB_IMAGES" build_images & images=$!; fi
  build_once "$LAB_BASE" build_base || die "no base system"
  [ -z "$images" ] || wait "$images" || die "no container images"
}
