#!/bin/sh
# Replaces the environment's variables in /etc/nginx/templates/*.template and writes the result to /etc/nginx/conf.d.
set -eu
[ -d /etc/nginx/templates ] || exit 0
defined=$(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/$\1/p' | tr '\n' ' ')
for template in /etc/nginx/templates/*.template; do
  [ -e "$template" ] || continue
  if [ ! -w /etc/nginx/conf.d ]; then
    echo "20-envsubst-on-templates.sh: ERROR: /etc/nginx/templates exists, but /etc/nginx/conf.d is not writable" >&2
    exit 0
  fi
  output=/etc/nginx/conf.d/$(basename "$template" .template)
  echo "20-envsubst-on-templates.sh: Running envsubst on $template to $output"
  envsubst "$defined" <"$template" >"$output"
done
