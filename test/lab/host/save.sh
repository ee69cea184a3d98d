# Keeps the files of labs that were shut down, and gives copies of them to new ones.
# shellcheck shell=bash disable=SC2153

saved_path() { echo "$LAB_CACHE/host-$LAB_RELEASE-$1"; }

lab_save() {
  local name=${1:-} final
  [[ $name =~ ^[a-z0-9][a-z0-9-]{0,30}$ ]] || die "save it under which plain lower-case name?" "scripts/lab save NAME"
  ! known_state "$name" || die "$name is the name of a state that the lab makes itself" "choose another name"
  lock_lab
  need_stopped
  final=$(saved_path "$name")
  mkdir -p "$LAB_CACHE"
  exec 8>"$final.lock"
  flock 8
  rm -rf "$final".tmp.*
  # shellcheck disable=SC2064 # the value of now
  trap "rm -rf '$final'.tmp.*" EXIT
  copy_lab "$LAB_DIR" "$final.tmp.new"
  # never there half: what is replaced goes away whole before the other comes
  [ ! -d "$final" ] || mv "$final" "$final.tmp.old"
  mv "$final.tmp.new" "$final"
  say "$LAB_NAME is saved; LAB_FROM=$name scripts/lab up boots a copy"
}

# For the maker of a state: its lab is not needed any more, so nothing is copied.
lab_move() {
  lock_lab
  need_stopped
  mkdir -p "$1"
  mv "$LAB_DIR/host" "$LAB_DIR/client" "$LAB_DIR/sources" "$1/"
}

need_stopped() {
  if machine_pid host >/dev/null || machine_pid client >/dev/null; then
    die "lab $LAB_NAME is running" "scripts/lab stop"
  fi
  [ -e "$LAB_DIR/sources" ] || die "there is no lab $LAB_NAME" "scripts/lab up"
  [ -e "$LAB_DIR/stopped" ] ||
    die "lab $LAB_NAME was not shut down properly: its files may be half-written" "scripts/lab up, then scripts/lab stop"
}

lab_forget() {
  local final
  final=$(saved_path "${1:-}")
  [ -d "$final" ] || die "there is no saved host ${1:-}" "scripts/lab saved shows those that there are"
  rm -rf "$final" "$final.lock"
}

lab_saved() {
  find "$LAB_CACHE" -maxdepth 1 -type d -name "host-$LAB_RELEASE-*" ! -name '*.tmp.*' -printf '%f\n' 2>/dev/null |
    sed "s/^host-$LAB_RELEASE-//" | sort
}

# copy_lab FROM TO: what the machines wrote, and what they were made of; not what tells of processes.
copy_lab() {
  local same=$2.same
  mkdir -p "$2"
  { image_layers "$1"; package_notes "$1"; } >"$same"
  if ! { (cd "$1" && tar --xattrs --xattrs-include='*' --numeric-owner --anchored --no-wildcards --exclude-from="$same" \
    -c host client sources) | tar -C "$2" --xattrs --xattrs-include='*' --numeric-owner -xp && link_same "$1" "$2"; }; then
    rm -rf "$2" "$same"
    die "the files could not be copied"
  fi
  rm -f "$same"
}

# Nobody writes into the layers of an image, and they are nine tenths of a host: a copy has the same files. A layer that a
# container writes into is not among them. Paths below DIR.
image_layers() {
  local storage layer id
  for storage in "$1"/host/var-lib/*/.local/share/containers/storage; do
    for layer in "$storage"/overlay/*/diff; do
      id=${layer%/diff}
      [ -d "$layer" ] || continue
      grep -qs "\"layer\":\"${id##*/}\"" "$storage"/overlay-containers/*.json || echo "${layer#"$1/"}"
    done
  done
}

# Two thirds of the other files are what dpkg knows of its packages. It replaces such a file, and never writes into one.
package_notes() {
  local notes
  for notes in "$1"/{host,client}/var-lib/dpkg/info; do
    if [ -d "$notes" ]; then echo "${notes#"$1/"}"; fi
  done
}

link_same() {
  local place
  while read -r place; do
    cp -al "$1/$place" "$2/$place" 2>/dev/null || { rm -rf "${2:?}/$place" && cp -a "$1/$place" "$2/$place"; } || return
  done <"$2.same"
}

# Makes the files of this lab from those that LAB_FROM names: a saved host, or a state that is made where it is missing.
start_from() {
  local from base
  [ ! -e "$LAB_DIR" ] || die "there is a lab $LAB_NAME already" "scripts/lab down, or another LAB_NAME"
  if known_state "$LAB_FROM"; then
    need_package
    from=$(state_path "$LAB_FROM")
    build_once "$from" make_state "$LAB_FROM"
  else
    from=$(saved_path "$LAB_FROM")
    [ -d "$from" ] || die "there is no saved host $LAB_FROM" "scripts/lab saved shows those that there are"
  fi
  read -r base <"$from/sources"
  [ "$base" = "$LAB_BASE" ] || die "the saved host $LAB_FROM was made of another base system" "make and save it anew"
  # nobody replaces it meanwhile
  exec 7>>"$from.lock"
  flock -s 7
  rm -rf "$LAB_DIR.new"
  copy_lab "$from" "$LAB_DIR.new"
  exec 7>&-
  [ "${LAB_CLIENT:-}" != new ] || rm -rf "$LAB_DIR.new/client"
  mv "$LAB_DIR.new" "$LAB_DIR"
}
