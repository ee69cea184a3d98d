# The states that tests start from, each made once for the present package, images and base system.
# shellcheck shell=bash disable=SC2153

# What stack.yaml holds in each; the product is installed and healthy, and the client is set up.
declare -gA LAB_STATES=(
  [installed]=''
  # without the nine containers of Opik a host boots in a third of the time
  [small]='services: { opik: { enabled: false } }'
)

known_state() { [ -n "${LAB_STATES[$1]+known}" ]; }

# Sets LAB_PACKAGE_TGZ: the same files make the same package, byte by byte.
need_package() {
  [ -z "${LAB_PACKAGE_TGZ:-}" ] || return 0
  local scratch
  scratch=$(mktemp -d)
  # shellcheck disable=SC2064 # the value of now
  trap "rm -rf '$scratch'" EXIT
  LAB_PACKAGE_TGZ=$(pack_product "$scratch")
  export LAB_PACKAGE_TGZ
}

state_path() {
  local key
  key=$({
    sha256sum <"$LAB_PACKAGE_TGZ"
    # what decides how the machines look inside
    (cd "$LAB_HERE" && find boot-*.sh make-state.sh root rootfs.sh states.sh -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
    echo "$LAB_BASE $LAB_IMAGES $1"
  } | sha256sum | cut -c1-16)
  echo "$LAB_CACHE/state-$LAB_RELEASE-$1-$key"
}

# make_state STATE TARGET: on a lab of its own, whose files then become TARGET
make_state() {
  say "making a host in the state $1, about a minute"
  env -u LAB_FROM -u LAB_CLIENT -u LAB_MORE_IMAGES LAB_NAME="make-$1-$$" \
    bash "$LAB_HERE/make-state.sh" "$LAB_REPO/scripts/lab" "${LAB_STATES[$1]}" "$LAB_HOST_IP" "$2" \
    >"$2.log" 2>&1 8>&- 9>&- || { tail -n 40 "$2.log" >&2; die "no host in the state $1"; }
  rm -f "$2.log"
}
