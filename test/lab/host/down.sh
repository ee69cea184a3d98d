# Ends a lab, shuts it down to go on later, or only its host for a reboot.
# shellcheck shell=bash

lab_down() {
  lock_lab
  end_cgroup "$LAB_CGROUP"
  # their mounts and links went with their namespaces; what is left is files
  rm -rf "$LAB_DIR" "$LAB_DIR.new"
  rm -f "$LAB_DIR.lock"
  say "$LAB_NAME is down"
}

# end_cgroup DIR: kills everything in it, at once and for certain, and removes it
end_cgroup() {
  local tries
  [ -d "$1" ] || return 0
  echo 1 >"$1/cgroup.kill"
  for ((tries = 0; tries < 500; tries++)); do
    find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
    [ -d "$1" ] || return 0
    sleep 0.02
  done
  die "some processes of lab $LAB_NAME do not end" "cat $1/cgroup.procs"
}

# A real shutdown first: stop jobs run, containers get their time. Fails where there was none.
stop_host() {
  local pid='' tries
  if pid=$(machine_pid host); then
    kill -s RTMIN+4 "$pid"
    for ((tries = 0; tries < 1800; tries++)); do
      machine_pid host >/dev/null || break
      sleep 0.1
    done
    [ "$tries" -lt 1800 ] || say "the host did not shut down within 3 minutes"
  fi
  end_cgroup "$LAB_CGROUP/host"
  [ -n "$pid" ] && [ "$tries" -lt 1800 ]
}

# The files stay, and are whole: that is what `save` wants.
lab_stop() {
  lock_lab
  [ -e "$LAB_DIR/sources" ] || die "lab $LAB_NAME was never up" "scripts/lab up"
  if stop_host; then touch "$LAB_DIR/stopped"; fi
  end_cgroup "$LAB_CGROUP"
  say "$LAB_NAME is shut down"
}

lab_reboot() {
  lock_lab
  [ -e "$LAB_DIR/sources" ] || die "lab $LAB_NAME was never up" "scripts/lab up"
  stop_host || true
  start_machines
  say "$LAB_NAME has rebooted"
}
