# Caches the container images' registry tree that test/lab/images/build.sh makes.
# shellcheck shell=bash

LAB_IMAGES_SOURCE=$LAB_REPO/test/lab/images

# Prints where the tree of the present sources belongs, or nothing when there are no sources.
images_path() {
  local key
  [ -x "$LAB_IMAGES_SOURCE/build.sh" ] || return 0
  # its own key knows better than we do which of its files matter
  key=$("$LAB_IMAGES_SOURCE/build.sh" --key 2>/dev/null) && [[ $key =~ ^[A-Za-z0-9._-]{1,64}$ ]] ||
    key=$(cd "$LAB_IMAGES_SOURCE" && find . -type f ! -path '*/node_modules/*' -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
  echo "$LAB_CACHE/images-$LAB_RELEASE-$key"
}

build_images() {
  local target=$1 log
  log=$LAB_CACHE/images.log
  say "building the container images, log in $log"
  mkdir -p "$target"
  LAB_RELEASE=$LAB_RELEASE LAB_MIRROR=$(mirror) "$LAB_IMAGES_SOURCE/build.sh" "$target" >"$log" 2>&1 8>&- ||
    { tail -n 30 "$log" >&2; die "the container images could not be built"; }
}
