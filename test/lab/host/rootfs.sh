# Inside a machine's new namespaces: puts its root file system together and moves into it.
# shellcheck shell=bash

# mount_root STATE BASE: STATE/root becomes a writable view of BASE.
mount_root() {
  local state=$1 base=$2
  mkdir -p "$state"/{upper,work,root,home}
  if [ ! -e "$state/copied" ] &&
    mount -t overlay overlay "$state/root" -o "lowerdir=$base,upperdir=$state/upper,workdir=$state/work" 2>/dev/null; then
    :
  else
    # where the state lies on an overlay itself (a container) the kernel refuses it as an upper
    [ -e "$state/copied" ] || { cp -a --reflink=auto "$base/." "$state/root/"; touch "$state/copied"; }
    mount --bind "$state/root" "$state/root"
  fi
  # Rootless podman's own overlay needs a plain directory below the homes of the service users.
  if [ ! -e "$state/var-lib" ]; then
    rm -rf "$state/var-lib.new"
    copy_var_lib "$base/var/lib" "$state/var-lib.new"
    mv "$state/var-lib.new" "$state/var-lib"
  fi
  mount --bind "$state/var-lib" "$state/root/var/lib"
  mount --bind "$state/home" "$state/root/home"
}

# dpkg replaces the files in which it keeps what it knows of a package, and never writes into one: thousands that are linked.
copy_var_lib() {
  mkdir "$2"
  tar -C "$1" --xattrs --xattrs-include='*' --numeric-owner --exclude=./dpkg/info -c . |
    tar -C "$2" --xattrs --xattrs-include='*' --numeric-owner -xp
  cp -al "$1/dpkg/info" "$2/dpkg/" 2>/dev/null || { rm -rf "$2/dpkg/info" && cp -a "$1/dpkg/info" "$2/dpkg/"; }
}

node() { mknod -m 666 "$1" c "$2" "$3"; }

mount_kernel() {
  local root=$1
  mount -t proc proc "$root/proc" -o nosuid,nodev,noexec
  mount -t sysfs sysfs "$root/sys" -o ro,nosuid,nodev,noexec
  mount -t tmpfs tmpfs "$root/dev" -o mode=755,nosuid
  node "$root/dev/null" 1 3; node "$root/dev/zero" 1 5; node "$root/dev/full" 1 7
  node "$root/dev/random" 1 8; node "$root/dev/urandom" 1 9; node "$root/dev/tty" 5 0
  node "$root/dev/fuse" 10 229
  mkdir "$root"/dev/{pts,shm,net}
  node "$root/dev/net/tun" 10 200
  mount -t devpts devpts "$root/dev/pts" -o newinstance,ptmxmode=0666,mode=620,gid=5
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  ln -s fd/0 "$root/dev/stdin"; ln -s fd/1 "$root/dev/stdout"; ln -s fd/2 "$root/dev/stderr"
  mount -t tmpfs tmpfs "$root/dev/shm" -o mode=1777
  mount -t tmpfs tmpfs "$root/run" -o mode=755
  mount -t tmpfs tmpfs "$root/tmp" -o mode=1777

  # every boot has an id of its own: the journal tells boots apart by it
  cat /proc/sys/kernel/random/uuid >"$root/run/boot-id"
  mount --bind "$root/run/boot-id" "$root/proc/sys/kernel/random/boot_id"

  # Kernel settings are the whole machine's: a lab may only change those of its own network.
  mount --rbind "$root/proc/sys" "$root/proc/sys"
  mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
  mount -o remount,bind,ro "$root/proc/sys"
  if [ -e "$root/proc/sysrq-trigger" ]; then
    mount --bind "$root/proc/sysrq-trigger" "$root/proc/sysrq-trigger"
    mount -o remount,bind,ro "$root/proc/sysrq-trigger"
  fi
  # A user namespace may mount its own proc and sysfs only where it can see whole ones: these.
  mkdir -p "$root/run/lab/proc" "$root/run/lab/sys"
  chmod 700 "$root/run/lab"
  mount -t proc proc "$root/run/lab/proc" -o nosuid,nodev,noexec
  mount -t sysfs sysfs "$root/run/lab/sys" -o nosuid,nodev,noexec
}

# copy_tree FROM TO: as root's files, whatever owner and umask the checkout has
copy_tree() {
  tar -C "$1" --owner=0 --group=0 --mode='u=rwX,go=rX' -c . | tar -C "$2" --no-overwrite-dir -x
}

switch_root() {
  cd "$1" || return
  mkdir -p .old
  pivot_root . .old
  cd /
  umount -l /.old
  rmdir /.old
  mount --make-rshared /
}

# Who we are as seen from outside: this /proc still belongs to the machine that starts us.
record_pid() {
  local stat
  stat=$(</proc/self/stat)
  local pid=${stat%% *}
  # shellcheck disable=SC2086 # its fields
  set -- ${stat##*) }
  echo "$pid ${20}" >"$LAB_DIR/$LAB_MACHINE.pid.new"
  mv "$LAB_DIR/$LAB_MACHINE.pid.new" "$LAB_DIR/$LAB_MACHINE.pid"
}
