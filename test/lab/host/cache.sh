# Finds tools and the mirror, and makes sure that the base system and the images are in the cache.
# shellcheck shell=bash disable=SC2153

# The tools come from this machine's own apt, and only when they are missing.
need_tools() {
  local pair missing=()
  for pair in mmdebstrap:mmdebstrap ip:iproute2 unshare:util-linux flock:util-linux; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
  done
  # an older keyring package does not know the release's keys yet
  compgen -G '/usr/share/keyrings/debian-archive-trixie-stable.*' >/dev/null || missing+=(debian-archive-keyring)
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

# build_once FINAL COMMAND...: COMMAND fills a directory given as its last argument; it becomes
# FINAL only when complete, and a second lab that wants the same one waits for it.
build_once() {
  local final=$1 temp
  shift
  [ -d "$final" ] && return
  mkdir -p "$LAB_CACHE"
  (
    # a build that outlives a killed `up` must not keep the lab locked
    exec 9>&-
    flock 8
    [ -d "$final" ] && exit
    # under the lock every other temporary directory of this name is a leftover
    rm -rf "$final".tmp.*
    temp=$final.tmp.$$
    umask 022
    trap 'rm -rf "$temp"' EXIT
    "$@" "$temp"
    mv "$temp" "$final"
    prune_caches "$final"
  ) 8>"$final.lock"
}

# Sources change often while someone works on them: keep the newest three of a kind and those in use.
prune_caches() {
  local kind=${1##*/} old
  kind=${kind%-*}
  while read -r old; do
    grep -qsxF "$old" "$(dirname "$LAB_DIR")"/*/sources || rm -rf "$old" "$old.lock"
  done < <(find "$LAB_CACHE" -maxdepth 1 -type d -name "$kind-*" ! -name '*.tmp.*' -printf '%T@ %p\n' |
    sort -rn | cut -d' ' -f2- | tail -n +4)
}

# Sets LAB_BASE, LAB_IMAGES and LAB_MORE_TREES, building the first two at the same time where they are missing.
build_caches() {
  local tree
  LAB_BASE=$(base_path) LAB_IMAGES=$(images_path) LAB_MORE_TREES=$(more_images_paths)
  for tree in $LAB_MORE_TREES; do
    [ ! -d "$tree" ] || continue
    need_tools
    build_once "$tree" build_images "--$(set_of "$tree")" || die "no container images: $(set_of "$tree")"
  done
  [ -d "$LAB_BASE" ] && { [ -z "$LAB_IMAGES" ] || [ -d "$LAB_IMAGES" ]; } && return
  need_tools
  local images=
  if [ -n "$LAB_IMAGES" ]; then build_once "$LAB_IMAGES" build_images & images=$!; fi
  build_once "$LAB_BASE" build_base || die "no base system"
  [ -z "$images" ] || wait "$images" || die "no container images"
}
