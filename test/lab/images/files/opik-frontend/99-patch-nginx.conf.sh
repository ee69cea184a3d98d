#!/bin/sh
# The frontend's own step: rewrites every conf.d/*.conf and nginx.conf in place, and says what is missing.
set -eu
refuse() { echo "opik-frontend: refused to start: $*" >&2; exit 1; }
missing=''
[ -n "${NGINX_PORT:-}" ] || missing="$missing; NGINX_PORT is not set (the image would take 8080, the backend's port in a shared network)"
[ -r /etc/nginx/templates/default.conf.template ] || missing="$missing; /etc/nginx/templates/default.conf.template is not mounted or not readable"
[ "$(id -u)" = 101 ] || missing="$missing; runs as uid $(id -u), the image runs as nginx (101)"
for dir in /tmp "$(dirname "${NGINX_PID:-/run/nginx.pid}")" /var/cache/nginx /etc/nginx/conf.d; do
  [ -w "$dir" ] || missing="$missing; $dir is not writable"
done
[ -w /etc/nginx/nginx.conf ] || missing="$missing; /etc/nginx/nginx.conf is not writable (it is rewritten in place)"
[ -z "$missing" ] || refuse "${missing#; }"

export NGINX_PID="${NGINX_PID:-/run/nginx.pid}" OTEL_TRACE="${OTEL_TRACE:-off}"
export OTEL_COLLECTOR_HOST="${OTEL_COLLECTOR_HOST:-otel-collector}" OTEL_COLLECTOR_PORT="${OTEL_COLLECTOR_PORT:-4317}"
export SYSLOG_SERVER_HOST="${SYSLOG_SERVER_HOST:-$OTEL_COLLECTOR_HOST}" SYSLOG_SERVER_PORT="${SYSLOG_SERVER_PORT:-5140}"
export OTEL_COMMENT_OUT='# (OTEL_TRACE=off)' OTEL_TRACE_ID_JSON='' NGINX_ACCESS_LOG_SYSLOG='# access_log syslog disabled (OTEL_TRACE=off)'
[ "$OTEL_TRACE" = off ] || refuse "OTEL_TRACE=$OTEL_TRACE: this nginx has no OpenTelemetry module"
# shellcheck disable=SC2016 # the names, not the values
variables='$NGINX_PID $NGINX_PORT $OTEL_TRACE $OTEL_COLLECTOR_HOST $OTEL_TRACE_ID_JSON $OTEL_COLLECTOR_PORT $OTEL_COMMENT_OUT $SYSLOG_SERVER_HOST $SYSLOG_SERVER_PORT $NGINX_ACCESS_LOG_SYSLOG'
for file in /etc/nginx/conf.d/*.conf /etc/nginx/nginx.conf; do
  new=$(mktemp)
  envsubst "$variables" <"$file" >"$new"
  cat "$new" >"$file" || refuse "cannot write $file: Permission denied"
  rm "$new"
done
