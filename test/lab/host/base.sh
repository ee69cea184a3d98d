# Builds the Debian root file system that both machines start from, once per content.
# shellcheck shell=bash

# catatonit: pods need it for their pause process. dbus-user-session, uidmap, passt: podman only
# recommends them, and rootless containers do not start without.
LAB_PACKAGES=(
  systemd systemd-sysv dbus dbus-user-session libpam-systemd
  podman crun catatonit passt uidmap fuse-overlayfs netavark aardvark-dns
  nftables iproute2 procps sudo curl ca-certificates openssl bind9-dnsutils
  nodejs npm less iputils-ping libnss3-tools
  passwd mount hostname bsdutils # no longer there by themselves in forky
)

base_key() {
  { echo "$LAB_RELEASE"; cat "$LAB_HERE/base.sh"; } | sha256sum | cut -c1-16
}
base_path() { echo "$LAB_CACHE/base-$LAB_RELEASE-$(base_key)"; }

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
    "$LAB_RELEASE" "$target" "$(mirror)" >"$target.log" 2>&1 8>&- 9>&- ||
    { tail -n 20 "$target.log" >&2; rm -f "$target.log"; die "the base system could not be built"; }
  rm -f "$target.log"
}
