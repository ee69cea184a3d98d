#!/usr/bin/env bash
# Makes what a virtual machine boots from, out of the files of the lab LAB_NAME, which was stopped and is not booted as a
# lab any more: DIR/vmlinuz, DIR/initrd.img (Debian's kernel of the same release) and DIR/disk.img.
#   vm.sh DIR
set -euo pipefail
LAB_REPO=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
LAB_HERE=$LAB_REPO/test/lab/host
for part in common rootfs save; do
  # shellcheck disable=SC1090
  . "$LAB_HERE/$part.sh"
done
target=$1

need_qemu() {
  ! command -v qemu-system-x86_64 >/dev/null || return 0
  say "installing qemu-system-x86"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends qemu-system-x86 >/dev/null
}

# install_kernel ROOT: with this machine's way to the mirror, which a lab has not
install_kernel() {
  local root=$1
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs tmpfs "$root/tmp"
  mount -t tmpfs tmpfs "$root/run"
  cp --remove-destination /etc/resolv.conf "$root/etc/resolv.conf"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod +x "$root/usr/sbin/policy-rc.d"
  chroot "$root" env DEBIAN_FRONTEND=noninteractive sh -euc '
    apt-get -qq update
    apt-get -qq install -y --no-install-recommends linux-image-cloud-amd64 initramfs-tools zstd kmod udev'
  rm "$root/usr/sbin/policy-rc.d"
  echo "nameserver $LAB_CLIENT_LAN" >"$root/etc/resolv.conf"
  umount -l "$root"/{run,tmp,dev,proc}
}

if [ "${2:-}" != inside ]; then
  need_stopped
  need_qemu
  # from now on its files are those of the other machine
  rm "$LAB_DIR/stopped"
  # mounts of our own, that end with us
  exec unshare --mount bash "$0" "$target" inside
fi

read -r base <"$LAB_DIR/sources"
root=$LAB_DIR/host/root
mount_root "$LAB_DIR/host" "$base"
say "installing a kernel"
install_kernel "$root" >"$target/kernel.log" 2>&1 || { tail -n 20 "$target/kernel.log" >&2; die "no kernel"; }
copy_tree "$LAB_REPO/test/soak/guest" "$root"
# Here every limit can be set.
rm -f "$root/etc/containers/containers.conf.d/50-lab.conf"
chroot "$root" systemctl --quiet enable lab-wires.service lab-agent.service 2>/dev/null
# The images that are needed have been pulled.
chroot "$root" systemctl --quiet disable lab-registry.service 2>/dev/null
cp -L "$root"/{vmlinuz,initrd.img} "$target/"
say "making a disk"
mke2fs -q -t ext4 -O ^has_journal -d "$root" "$target/disk.img" 4G
