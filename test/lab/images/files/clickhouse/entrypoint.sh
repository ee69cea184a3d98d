#!/bin/bash
# As the real entrypoint: started as root it owns its directories and becomes 101:101, else it uses what is there.
set -eo pipefail
data=/var/lib/clickhouse logs=/var/log/clickhouse-server
if [[ $(id -u) == 0 ]]; then
  mkdir -p "$data" "$logs"
  if [[ ${CLICKHOUSE_DO_NOT_CHOWN:-0} != 1 ]]; then
    find "$data" "$logs" \( ! -user 101 -o ! -group 101 \) -exec chown -h 101:101 {} +
  fi
  exec setpriv --reuid 101 --regid 101 --clear-groups -- "$0" "$@"
fi
[[ ${1:-} != --* && -n ${1:-} ]] && exec "$@"
exec node /opt/lab/standins/clickhouse.mjs
