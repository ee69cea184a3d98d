#!/bin/bash
# Runs as PID 1 of the client machine's new namespaces: a root of its own and something that reaps.
set -euo pipefail
umask 022
# shellcheck source=test/lab/host/rootfs.sh
. "$LAB_HERE/rootfs.sh"

state=$LAB_DIR/client
root=$state/root
mount_root "$state" "$LAB_BASE"
mount_kernel "$root"

if [ ! -e "$state/prepared" ]; then
  echo client >"$root/etc/hostname"
  printf '127.0.0.1 localhost client\n::1 localhost\n' >"$root/etc/hosts"
  # Itself, and nobody listens: a lookup fails at once, and what resolves later is what the installer set up.
  echo "nameserver $LAB_CLIENT_LAN" >"$root/etc/resolv.conf"
  # the person whose machine it is
  chroot "$root" useradd -m -s /bin/bash ada
  echo 'ada ALL=(ALL:ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/ada"
  chmod 440 "$root/etc/sudoers.d/ada"
  touch "$state/prepared"
fi

ip link set lo up
hostname client
record_pid
switch_root "$root"
exec env -i PATH=/usr/sbin:/usr/bin catatonit -P </dev/null
