#!/bin/bash
# Runs on the lab's host: what failed, for the system and each account, and what the product did last.
set -u

title() { printf '\n== %s\n' "$*"; }

as() {
  local user=$1
  shift
  (cd / && timeout 20 setpriv --reuid "$user" --regid "$user" --init-groups env -i PATH="$PATH" \
    HOME="$(getent passwd "$user" | cut -d: -f6)" XDG_RUNTIME_DIR="/run/user/$(id -u "$user")" "$@") 2>&1
}

failed_units() { awk '{ sub(/^[^a-zA-Z0-9]+/, ""); print $1 }' <<<"$1"; }

title "memory, disk, load"
free -m
df -h / /var/lib /tmp
cat /proc/loadavg

title "failed units of the system"
failed=$(systemctl --failed --no-legend --plain)
echo "${failed:-none}"
for unit in $(failed_units "$failed"); do
  title "$unit"
  journalctl --no-pager --output=short-iso -n 30 -u "$unit"
done

for linger in /var/lib/systemd/linger/*; do
  user=${linger##*/}
  uid=$(id -u "$user") || continue
  title "$user"
  failed=$(as "$user" systemctl --user --failed --no-legend --plain)
  echo "failed units: ${failed:-none}"
  for unit in $(failed_units "$failed"); do
    title "$unit of $user"
    journalctl --no-pager --output=short-iso -n 30 _UID="$uid" USER_UNIT="$unit" + _UID="$uid" _SYSTEMD_USER_UNIT="$unit"
  done
  as "$user" podman ps --all --format 'table {{.Names}} {{.Status}} {{.Image}}'
  for container in $(as "$user" podman ps --all --format '{{.Names}} {{.Status}}' | awk '/\((unhealthy|starting)\)/ { print $1 }'); do
    title "health of $container"
    as "$user" podman inspect --format '{{range .State.Health.Log}}{{.Start}} {{.ExitCode}} {{.Output}}
{{end}}' "$container"
    title "last lines of $container"
    as "$user" podman logs --tail 30 "$container"
  done
done

title "the product's last runs"
install-quadlets history 2>&1 | tail -n 5
last=$(find /var/lib/install-quadlets/generations -mindepth 1 -maxdepth 1 -printf '%p/\n' 2>/dev/null | sort -V | tail -n 1)
if [ -n "$last" ]; then
  title "$last"
  tail -n +1 "$last"meta.json
  # what a file held may be a key: only which one it was
  for file in "$last"undo-*.json; do
    printf '%s  %s\n' "${file##*/}" "$(tr -d '\n' <"$file" | sed -E 's/ *"(before|content|value)":.*//' | cut -c1-200)"
  done
fi
exit 0
