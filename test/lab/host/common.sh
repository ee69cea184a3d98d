# Names, places and small checks that every part of the lab shares.
# shellcheck shell=bash disable=SC2034 # the variables are used by the files that read this one

LAB_NAME=${LAB_NAME:-default}
LAB_RELEASE=${LAB_RELEASE:-trixie}
LAB_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/install-quadlets-lab
LAB_IMAGES_SOURCE=$LAB_REPO/test/lab/images
LAB_DIR=${XDG_STATE_HOME:-$HOME/.local/state}/install-quadlets-lab/$LAB_NAME

# The address the product must answer on, and the one it must not.
LAB_HOST_IP=100.101.102.103 LAB_CLIENT_IP=100.101.102.104
LAB_HOST_LAN=192.0.2.10 LAB_CLIENT_LAN=192.0.2.20

# What reaches past the namespaces into the kernel that all share: the lab does without.
LAB_LESS_CAPS=-sys_module,-sys_rawio,-sys_time,-syslog,-perfmon

say() { printf 'lab: %s\n' "$*" >&2; }
die() { printf 'lab: error: %s\n' "$1" >&2; [ -z "${2:-}" ] || printf 'hint: %s\n' "$2" >&2; exit 1; }

[[ $LAB_NAME =~ ^[a-z0-9][a-z0-9-]{0,30}$ ]] || die "LAB_NAME=$LAB_NAME is not a plain lower-case name"
[ "$EUID" = 0 ] || die "the lab boots machines and needs root" "sudo -E scripts/lab ..."

# A process id alone may have been handed out again: its start time goes with it.
process_start() {
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  # the name in field 2 may hold blanks and brackets: count from behind its last bracket
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  # one that ended and that nobody has reaped yet does not run
  [ "$1" != Z ] || return 1
  echo "${20}"
}

# machine_pid host|client: prints the pid of that machine's PID 1, fails when it does not run
machine_pid() {
  local pid start
  { read -r pid start <"$LAB_DIR/$1.pid"; } 2>/dev/null || return 1
  [ "$(process_start "$pid")" = "$start" ] && echo "$pid"
}

# The v2 hierarchy, wherever this machine mounts it (beside v1 on a hybrid one).
cgroup_root() {
  local _ target type
  while read -r _ target type _; do
    if [ "$type" = cgroup2 ]; then echo "$target"; return; fi
  done </proc/self/mounts
  die "no cgroup2 file system is mounted on this machine"
}
LAB_CGROUP=$(cgroup_root)/install-quadlets-lab-$LAB_NAME

# One state change of a lab at a time; the descriptor must not leak into what we start.
lock_lab() {
  mkdir -p "$(dirname "$LAB_DIR")"
  while :; do
    exec 9>"$LAB_DIR.lock"
    flock -n 9 || { say "waiting for another command on lab $LAB_NAME"; flock 9; }
    # a `down` we waited for has removed the file: then this lock locks nothing
    [ "$LAB_DIR.lock" -ef /proc/self/fd/9 ] && return
  done
}

lab_status() {
  local machine pid status=0
  for machine in host client; do
    if pid=$(machine_pid "$machine"); then
      echo "$machine: running, pid $pid"
    else
      echo "$machine: not running"
      [ "$machine" = client ] || status=3
    fi
  done
  [ ! -d "$LAB_DIR" ] || echo "state: $LAB_DIR"
  exit "$status"
}
