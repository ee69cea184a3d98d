# Starts the two machines and waits until they are usable.
# shellcheck shell=bash disable=SC2153

lab_up() {
  lock_lab
  if machine_pid host >/dev/null && machine_pid client >/dev/null; then
    [ -z "${LAB_FROM:-}" ] || die "there is a lab $LAB_NAME already" "scripts/lab down, or another LAB_NAME"
    say "$LAB_NAME is up"
    return
  fi
  build_caches
  [ -z "${LAB_FROM:-}" ] || start_from
  mkdir -p "$LAB_DIR"
  # a later boot of this lab must find the base its upper layer was made on
  [ -e "$LAB_DIR/sources" ] || printf '%s\n%s\n' "$LAB_BASE" "$LAB_IMAGES" >"$LAB_DIR/sources"
  # what this is a copy of was made without the images that only some labs want, or with older ones
  if [ -n "$LAB_MORE_TREES" ]; then
    sed -i '3,$d' "$LAB_DIR/sources"
    echo "$LAB_MORE_TREES" >>"$LAB_DIR/sources"
  fi
  start_machines
  say "$LAB_NAME is up"
}

start_machines() {
  rm -f "$LAB_DIR/stopped"
  { read -r LAB_BASE; read -r LAB_IMAGES; LAB_MORE_TREES=$(cat); } <"$LAB_DIR/sources"
  export LAB_REPO LAB_HERE LAB_DIR LAB_BASE LAB_IMAGES LAB_MORE_TREES LAB_IMAGES_SOURCE LAB_CGROUP LAB_LESS_CAPS
  export LAB_HOST_IP LAB_HOST_LAN LAB_CLIENT_IP LAB_CLIENT_LAN
  make_cgroups
  if ! machine_pid client >/dev/null; then
    # the cables ended with the client: a host that still runs has to be booted again
    stop_host || true
    make_cgroups
    start client
  fi
  LAB_CLIENT_PID=$(machine_pid client)
  export LAB_CLIENT_PID
  # an earlier boot's cables go away with its network namespace, but only some time after it
  local link
  for link in eth0 tailscale0; do
    nsenter -t "$LAB_CLIENT_PID" -n ip link delete "$link" 2>/dev/null || true
  done
  start host
  wait_for_host
}

# Everything of a lab lives in one cgroup, so `down` can end it in one stroke whatever happened before.
make_cgroups() {
  local dir controller parent
  parent=$(dirname "$LAB_CGROUP")
  mkdir -p "$LAB_CGROUP"
  for dir in "$parent" "$LAB_CGROUP"; do
    for controller in $(<"$dir/cgroup.controllers"); do
      echo "+$controller" >"$dir/cgroup.subtree_control" 2>/dev/null || true
    done
  done
  mkdir -p "$LAB_CGROUP"/{host,client,keepers}
}

start() {
  local machine=$1 tries
  export LAB_MACHINE=$machine
  rm -f "$LAB_DIR/$machine.pid"
  # --kill-child: the machine does not outlive its keeper. Descriptor 9 is our lock.
  (
    echo 0 >"$LAB_CGROUP/keepers/cgroup.procs"
    exec setsid unshare --mount --pid --uts --ipc --net --fork --kill-child \
      bash "$LAB_HERE/boot-$machine.sh"
  ) </dev/null >"$LAB_DIR/$machine.log" 2>&1 9>&- &
  # two minutes at least: with much other work even a new process may take seconds
  for ((tries = 0; tries < 6000; tries++)); do
    machine_pid "$machine" >/dev/null && return
    kill -0 $! 2>/dev/null || break
    sleep 0.02
  done
  cat "$LAB_DIR/$machine.log" >&2
  die "the $machine machine did not start"
}

inside() { nsenter -t "$(machine_pid host)" -m -p -C -u -i -n -- "$@"; }

wait_for_host() {
  local state='' tries end=$((SECONDS + 300))
  while [ "$SECONDS" -lt "$end" ]; do
    machine_pid host >/dev/null || { cat "$LAB_DIR/host.log" >&2; die "the host ended while it booted"; }
    # it waits without asking, once there is a systemd to wait for
    state=$(inside timeout 300 systemctl is-system-running --wait 2>/dev/null) || true
    case $state in running | degraded) break ;; esac
    sleep 0.1
  done
  case $state in
    running) ;;
    degraded) say "the host is up, but these failed:"; inside systemctl --failed --no-legend >&2 ;;
    *) die "the host did not come up: ${state:-no answer}" "scripts/lab exec -- journalctl -b" ;;
  esac
  [ -n "$LAB_IMAGES" ] || return 0
  for ((tries = 0; tries < 1200; tries++)); do
    ! inside bash -c ': </dev/tcp/127.0.0.1/5050' 2>/dev/null || return 0
    sleep 0.1
  done
  die "the registry in the lab does not answer" "scripts/lab exec -- journalctl -u lab-registry"
}
