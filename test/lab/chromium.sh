#!/bin/bash
# This machine's Chromium in the client machine's network, with copies of its hosts, name servers and its person's NSS store.
# LAB_NAME says which lab. The client has no browser of its own: it would make the base system three times as large.
set -euo pipefail
LAB_REPO=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
LAB_HERE=$LAB_REPO/test/lab/host
# shellcheck source=test/lab/host/common.sh
. "$LAB_HERE/common.sh"

pid=$(machine_pid client) || die "the client machine of lab $LAB_NAME does not run" "scripts/lab up"
command -v chromium >/dev/null || die "there is no chromium here" "scripts/test installs it, as apt-get install chromium does"
# In a mount namespace of its own, so that nothing of it stays.
# shellcheck disable=SC2016 # the inner shell expands these
exec nsenter -t "$pid" -n unshare --mount --propagation private bash -euc '
  pid=$1
  shift
  mount -t tmpfs tmpfs /mnt
  mkdir /mnt/home
  nsenter -t "$pid" -m tar -ch -C / etc/hosts etc/resolv.conf etc/nsswitch.conf | tar -x -C /mnt
  for file in hosts resolv.conf nsswitch.conf; do mount --bind "/mnt/etc/$file" "/etc/$file"; done
  if nsenter -t "$pid" -m test -d /home/ada/.pki; then nsenter -t "$pid" -m tar -c -C /home/ada .pki | tar -x --no-same-owner -C /mnt/home; fi
  # NSS of this machine may be older than the store, and find the authorities there, and not that they are trusted: it is told again.
  listed() { sed -nE "s/^(.*[^ ]) +([A-Za-z]*,[A-Za-z]*,[A-Za-z]*) *\$/\2 \1/p"; }
  if [ -e /mnt/home/.pki/nssdb/cert9.db ]; then
    store=sql:/mnt/home/.pki/nssdb
    comm -13 <(certutil -L -d "$store" | listed | sort) <(nsenter -t "$pid" -m certutil -L -d sql:/home/ada/.pki/nssdb | listed | sort) |
      while read -r trust name; do certutil -M -d "$store" -t "$trust" -n "$name" </dev/null; done
  fi
  export HOME=/mnt/home
  exec chromium "$@"' bash "$pid" "$@"
