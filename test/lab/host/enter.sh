# Runs commands inside the running machines.
# shellcheck shell=bash

# lab_exec host|client [-t] [--] CMD...: replaces this process, so exit status and stdin are CMD's own
lab_exec() {
  local machine=$1 terminal=() namespaces=(-m -p -u -i -n) pid
  shift
  if [ "${1:-}" = -t ]; then terminal=(-t); shift; fi
  [ "${1:-}" != -- ] || shift
  [ $# -gt 0 ] || die "which command?" "scripts/lab exec -- CMD..."
  pid=$(machine_pid "$machine") || die "the $machine machine of lab $LAB_NAME does not run" "scripts/lab up"
  [ "$machine" != host ] || namespaces+=(-C)

  # a terminal of the machine's own: the caller's has no name in there
  if [ ${#terminal[@]} -gt 0 ]; then
    set -- script --quiet --return --command "$(printf '%q ' "$@")" /dev/null
  fi
  umask 022
  # outside the machine's cgroup tree, user managers could not take our processes over
  mkdir -p "$LAB_CGROUP/$machine/lab.exec"
  echo $$ >"$LAB_CGROUP/$machine/lab.exec/cgroup.procs"
  # setpriv: nsenter's child would otherwise live on when nsenter is ended
  exec nsenter -t "$pid" "${namespaces[@]}" --wdns=/root -- \
    /usr/bin/setpriv --pdeathsig TERM --bounding-set "$LAB_LESS_CAPS" \
    /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/root USER=root LOGNAME=root SHELL=/bin/bash TERM="${TERM:-dumb}" LANG=C.UTF-8 "$@"
}

lab_shell() {
  say "root on gpuhost; try: systemctl status, podman info. Leave with exit; end the lab with: scripts/lab down"
  lab_exec host -t -- bash -l
}
