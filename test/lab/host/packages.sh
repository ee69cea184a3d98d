#!/bin/bash
# Fetches packages of the release that labs have, as a directory that apt takes for a repository:
#   packages.sh PACKAGE...    prints where it lies; made once for each base system
set -euo pipefail
LAB_REPO=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../../.." && pwd)
LAB_HERE=$LAB_REPO/test/lab/host
for part in common cache base; do
  # shellcheck disable=SC1090
  . "$LAB_HERE/$part.sh"
done

# fetch_packages TARGET: with a state of apt's own, so that neither this machine's nor the base system's changes
fetch_packages() {
  local target=$1 base options deb
  base=$(base_path)
  mkdir -p "$target"/apt/{etc,var/lib/apt/lists/partial,var/cache/apt/archives/partial}
  cp -a "$base/etc/apt" "$target/apt/etc/"
  options=(-o "Dir=$target/apt" -o "Dir::State::status=$base/var/lib/dpkg/status" -o APT::Sandbox::User=root)
  (
    cd "$target" || exit
    apt-get -qq "${options[@]}" update
    apt-get -qq "${options[@]}" download "${PACKAGES[@]}"
    rm -rf apt
    # the colon of a version is escaped in a name, and a repository wants it in another way
    for deb in *_*.deb; do mv "$deb" "${deb%%_*}.deb"; done
    for deb in *.deb; do
      dpkg-deb -f "$deb"
      printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum <"$deb" | cut -d' ' -f1)"
    done >Packages
  ) >&2
}

PACKAGES=("$@")
path="$LAB_CACHE/packages-$LAB_RELEASE-$({ base_key; echo "$@"; } | sha256sum | cut -c1-16)"
[ -d "$(base_path)" ] || die "there is no base system yet" "scripts/lab build"
build_once "$path" fetch_packages
echo "$path"
