#!/bin/bash
# As the real entrypoint: writes the user of the environment, and, started as root, owns its directories and becomes 101:101.
set -eo pipefail
data=/var/lib/clickhouse logs=/var/log/clickhouse-server users=/etc/clickhouse-server/users.d/default-user.xml
if [[ -n ${1:-} && $1 != --* ]]; then exec "$@"; fi
escape() { printf '%s' "$1" | sed 's/&/\&#38;/g; s/</\&#60;/g; s/>/\&#62;/g'; }
if [[ ${CLICKHOUSE_SKIP_USER_SETUP:-} != 1 && -n ${CLICKHOUSE_USER:-} && -n ${CLICKHOUSE_PASSWORD:-} ]]; then
  cat >"$users" <<XML || true # the server reports what is missing
<clickhouse><users><default remove="remove"/><$CLICKHOUSE_USER><profile>default</profile><networks><ip>::/0</ip></networks>
<password>$(escape "$CLICKHOUSE_PASSWORD")</password><quota>default</quota><access_management>${CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT:-0}</access_management>
</$CLICKHOUSE_USER></users></clickhouse>
XML
fi
if [[ $(id -u) == 0 ]]; then
  mkdir -p "$data" "$logs"
  if [[ ${CLICKHOUSE_DO_NOT_CHOWN:-0} != 1 ]]; then
    find "$data" "$logs" \( ! -user 101 -o ! -group 101 \) -exec chown -h 101:101 {} +
  fi
  exec setpriv --reuid 101 --regid 101 --clear-groups -- node /opt/lab/standins/clickhouse.mjs
fi
exec node /opt/lab/standins/clickhouse.mjs
