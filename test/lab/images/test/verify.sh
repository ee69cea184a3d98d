#!/usr/bin/env bash
# Proves the images inside a running lab: a rootless pod of Opik's nine becomes healthy with least privilege, the others
# start, and each missing requirement is refused in its own words.   test/lab/images/test/verify.sh   (LAB_NAME as for scripts/lab)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lab=$here/../../../../scripts/lab
# shellcheck disable=SC2016 # expanded in the lab
"$lab" exec -- bash -euc '
  user=imagetest
  id $user >/dev/null 2>&1 || useradd -r -m -s /bin/bash $user
  grep -q "^$user:" /etc/subuid || usermod --add-subuids 900000000-900065535 --add-subgids 900000000-900065535 $user
  loginctl enable-linger $user
  systemctl start user@$(id -u $user)
  cat >/home/$user/cases.sh
  cd /home/$user
  exec setpriv --reuid $user --regid $user --init-groups env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 HOME=/home/$user XDG_RUNTIME_DIR=/run/user/$(id -u $user) \
    DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u $user)/bus bash cases.sh' <"$here/cases.sh"
