#!/bin/bash
# Runs as PID 1 of the host's new namespaces: file systems, devices, network, then systemd.
set -euo pipefail
umask 022
# shellcheck source=test/lab/host/rootfs.sh
. "$LAB_HERE/rootfs.sh"

if [ "${1:-}" != in-cgroup ]; then
  record_pid
  # systemd must find itself at the root of its cgroup namespace, alone
  echo 0 >"$LAB_CGROUP/host/cgroup.procs"
  exec unshare --cgroup bash "$0" in-cgroup
fi

lacks_sys_resource() { ! (( 0x$(sed -n 's/^CapBnd:[[:space:]]*//p' "$1") >> 24 & 1 )); }

# The product refuses a host that cannot grant what its containers ask for, and rightly: it is shown one that can. What
# PID 1 has, and what each user manager would have got from it, is a text; the containers' limits are lowered by our crun.
pretend_limits() {
  local root=$1 dir=$1/run/systemd/system/user@.service.d
  printf 'LimitNOFILE=1048576\nLimitNPROC=infinity\nLimitMEMLOCK=infinity\n' |
    sh "$root/usr/local/lib/lab/pretend-limits" "$root/proc/1/limits" "$root/run/lab/limits.1"
  mkdir -p "$dir"
  cat >"$dir/10-lab-limits.conf" <<'UNIT'
[Service]
ExecStartPost=+/bin/sh -euc 'systemctl show --property=LimitNOFILE,LimitNPROC,LimitMEMLOCK user@%i.service | \
  /usr/local/lib/lab/pretend-limits /proc/$MAINPID/limits /run/lab/limits.%i'
UNIT
}

state=$LAB_DIR/host
root=$state/root
mount_root "$state" "$LAB_BASE"
mount_kernel "$root"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup" -o nosuid,nodev,noexec

if [ ! -e "$state/prepared" ]; then
  copy_tree "$LAB_HERE/root" "$root"
  tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
  echo gpuhost >"$root/etc/hostname"
  printf '127.0.0.1 localhost gpuhost\n::1 localhost\n' >"$root/etc/hosts"
  # the gateway refuses at once, where an address without a machine would cost seconds a query
  echo "nameserver $LAB_CLIENT_LAN" >"$root/etc/resolv.conf"
  mkdir -p "$root/var/log/journal"
  chroot "$root" systemctl --quiet enable tailscaled.service lab-online.service
  # they could only fail: there is no internet, and the kernel is not the lab's
  chroot "$root" systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer systemd-modules-load.service \
    sys-kernel-debug.mount sys-kernel-tracing.mount
  [ -z "$LAB_IMAGES" ] || chroot "$root" systemctl --quiet enable lab-registry.service
  touch "$state/prepared"
fi

# A v1 hierarchy of the machine may hold the controllers that limits need, and hard limits may be the machine's for good.
# crun would refuse such containers; with this one the product's units start unchanged.
conf=$root/etc/containers/containers.conf.d/50-lab.conf
rm -f "$conf"
missing=
for controller in cpu memory pids; do
  grep -qw "$controller" "$root/sys/fs/cgroup/cgroup.controllers" || missing="$missing $controller"
done
if lacks_sys_resource "$root/proc/1/status"; then
  missing="$missing CAP_SYS_RESOURCE"
  pretend_limits "$root"
fi
if [ -n "$missing" ]; then
  mkdir -p "${conf%/*}"
  printf '# missing here:%s\n[engine.runtimes]\ncrun = ["/usr/local/lib/lab/crun"]\n' "$missing" >"$conf"
fi

if [ -n "$LAB_IMAGES" ]; then
  mkdir -p "$root/opt/lab/registry"
  cp "$LAB_IMAGES_SOURCE/registry.mjs" "$root/opt/lab/registry.mjs"
  mount --bind "$LAB_IMAGES" "$root/opt/lab/registry"
  mount -o remount,bind,ro "$root/opt/lab/registry"
  for tree in $LAB_MORE_TREES; do
    more=${tree##*/} more=$root/opt/lab/more/${more%%-*}
    mkdir -p "$more"
    mount --bind "$tree" "$more"
    mount -o remount,bind,ro "$more"
  done
fi

# The pretend GPU; etc/cdi/nvidia.yaml offers it to containers.
node "$root/dev/nvidia0" 1 3
node "$root/dev/nvidiactl" 1 3
node "$root/dev/nvidia-uvm" 1 3

# Both links lead to the client machine. tailscale0 gets its address from tailscaled.service, late, as
# on a real host; the LAN is there from the start and has the default route, which pasta needs.
ip link set lo up
ip link add eth0 type veth peer name eth0 netns "/proc/$LAB_CLIENT_PID/ns/net"
ip link add tailscale0 type veth peer name tailscale0 netns "/proc/$LAB_CLIENT_PID/ns/net"
ip addr add "$LAB_HOST_LAN/24" dev eth0
ip link set eth0 up
# (the outer /proc is still mounted here, see record_pid)
nsenter --net="/proc/$LAB_CLIENT_PID/ns/net" sh -euc "
  ip addr add $LAB_CLIENT_LAN/24 dev eth0; ip link set eth0 up
  ip addr add $LAB_CLIENT_IP/24 dev tailscale0; ip link set tailscale0 up"
ip route add default via "$LAB_CLIENT_LAN"

hostname gpuhost
switch_root "$root"
exec setpriv --bounding-set "$LAB_LESS_CAPS" \
  env -i container=systemd-nspawn PATH=/usr/sbin:/usr/bin LANG=C.UTF-8 /sbin/init </dev/null
