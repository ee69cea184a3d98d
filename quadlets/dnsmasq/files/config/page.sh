#!/bin/sh
# Keeps dnsmasq's log small, hands what is no question on to the journal, and serves the page. Made by install-quadlets.
log=/log/dnsmasq.log

# dnsmasq appends, so it goes on at the start of a file that was emptied; what is written in between is lost.
(
  while sleep 5; do
    if [ -f "$log" ] && [ "$(wc -c <"$log")" -gt 2097152 ]; then
      cp "$log" "$log.old" && : >"$log"
    fi
  done
) &

(
  tail -n 0 -F "$log" 2>/dev/null | while read -r line; do
    case $line in
    *"query["* | *" forwarded "* | *" reply "* | *" cached "* | *" config "*) ;;
    *) printf '%s\n' "$line" ;;
    esac
  done
) &

exec nginx -e stderr -c /srv/page.conf
