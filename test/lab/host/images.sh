# Caches the registry tree of container images that test/lab/images/build.sh makes.
# shellcheck shell=bash

# Prints where the tree of the present sources belongs, or nothing for a lab without a registry.
images_path() {
  local key
  case ${LAB_IMAGES_TREE:-} in
    none) return ;;
    ?*) realpath -e "$LAB_IMAGES_TREE"; return ;;
  esac
  [ -e "$LAB_IMAGES_SOURCE/build.sh" ] || return 0
  # its own key knows better than we do which of its files matter
  if ! key=$(bash "$LAB_IMAGES_SOURCE/build.sh" --key 2>/dev/null) || ! [[ $key =~ ^[A-Za-z0-9._-]{1,64}$ ]]; then
    key=$(cd "$LAB_IMAGES_SOURCE" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-20)
  fi
  echo "$LAB_CACHE/images-$LAB_RELEASE-$key"
}

# Where the images belong that only some labs want: a line for each of the words in LAB_MORE_IMAGES.
more_images_paths() {
  local set
  for set in ${LAB_MORE_IMAGES:-}; do
    case $set in
      gateway | observability) echo "$LAB_CACHE/$set-images-$(bash "$LAB_IMAGES_SOURCE/build.sh" "--$set" --key)" ;;
      *) die "LAB_MORE_IMAGES=$LAB_MORE_IMAGES names no images" "gateway, observability, both, or nothing" ;;
    esac
  done
}

# The word for the tree at such a path.
set_of() { local name=${1##*/}; echo "${name%%-*}"; }

# build_images [--SET] TARGET
build_images() {
  local which=() target=${*: -1} log source
  [ $# = 1 ] || which=("$1")
  log=$LAB_CACHE/images${which[0]:-}.log
  say "building the container images ${which[0]:-}; progress: $log"
  # built from a copy: an edit half-way would otherwise end up in a tree with the old key
  source=$(mktemp -d)
  cp -a "$LAB_IMAGES_SOURCE/." "$source/"
  LAB_RELEASE=$LAB_RELEASE LAB_MIRROR=$(mirror) LAB_REPO=$LAB_REPO bash "$source/build.sh" "${which[@]}" "$target" >"$log" 2>&1 8>&- 9>&- ||
    { rm -rf "$source"; tail -n 30 "$log" >&2; die "the container images could not be built"; }
  rm -rf "$source"
  chmod -R go+rX "$target"
}
