# shellcheck shell=bash
# Ends an upgrade before its Nth change, for each N, and says in one line what it found. On the host, as root:
#   bash -s -- kill|fail FIRST STEP
# kill: SIGKILL, then the run is done again and must converge. fail: the change fails, and the run must take itself back.
# The upgrade swaps one service for another and moves a port: users, directories, files, secrets, images, units, sockets,
# system units, user managers and removals are all in it.
set -u
mode=$1 step=$2 stride=$3
config=/etc/install-quadlets

service() { # NAME PORT
  cat >"$config/services/step-$1.yaml" <<YAML
description: Steps $1
account: { user: step-$1-user, home: /var/lib/step-$1 }
directories:
  - { path: config, mode: "0750" }
  - { path: data, mode: "0750" }
files:
  - { template: steps.hbs, path: config/steps.conf, mode: "0640", restarts: [step-$1] }
secrets:
  key: { generate: { length: 32, alphabet: hex } }
ports:
  web: { host: $2, container: 8080, bind: [loopback] }
routes:
  - { host: steps, port: web }
containers:
  step-$1:
    image: docker.io/lab/echo:1
    environment: { PORT: "8080" }
    secrets: [{ secret: key, env: KEY }]
    mounts: [{ source: config, target: /config, read_only: true }, { source: data, target: /data }]
    health: { command: [wget, -qO, /dev/null, "http://127.0.0.1:8080/health"], interval: 1, timeout: 5, retries: 3 }
    listens: [8080]
YAML
}

stack() { # SERVICE PORT-OF-DNSMASQ
  printf 'services: { step-%s: {}, dnsmasq: { ports: { dns: %s } } }\n' "$1" "$2" >"$config/stack.yaml"
}

# Everything that a run could change, and what runs.
listing() {
  find /etc/containers /etc/systemd /usr/local /var/lib/install-quadlets /var/lib/step-? /var/lib/nginx-proxy/config \
    /var/lib/nginx-proxy/tls /var/lib/nginx-proxy/www /var/lib/dnsmasq-llm/config \
    \( -path '*/generations*' -o -path '*/.local' \) -prune -o -printf '%y %m %U %G %p ' \
    -a \( -type f -exec sha256sum {} \; -o -printf '\n' \) 2>/dev/null
  getent passwd; getent group; cat /etc/subuid /etc/subgid
  ls /var/lib/systemd/linger
  nft list ruleset
  svc list --all --json | grep -E '"(name|state)"'
}

# A user whose home holds what podman or systemd put there stays after a run that was taken back, and says so.
without_user() { # NAME
  grep -vE "^d [0-9 ]+ /var/lib/step-$1(/\\.[a-z]+)* |^step-$1-user:"
}

left_over() {
  find /etc /usr/local /var/lib/install-quadlets /var/lib/step-? /var/lib/nginx-proxy /var/lib/dnsmasq-llm \
    -path '*/.local' -prune -o -name '.install-quadlets-*' -print
  ls -d /run/install-quadlets* 2>/dev/null
}

fault() { # KIND: runs until the fault; the last line of what it said is in $said
  INSTALL_QUADLETS_FAULT=$1:$step install-quadlets --yes >/run/steps.out 2>&1
}

finish() {
  install-quadlets --yes >/run/steps-again.out 2>&1
}

last_run() { # its number and its result
  install-quadlets history | awk 'END { print $1, $6 }'
}

answers() { # SERVICE
  curl -fsS --max-time 10 -o /dev/null "http://127.0.0.1:$([ "$1" = a ] && echo 9001 || echo 9002)/health"
}

bad=0
report() { # COLUMNS...: the number of the change and what was found; "ok" where nothing is wrong
  echo "$step $*" | tee -a /run/steps.log
  case $1 in ok | through) ;; *) bad=$((bad + 1)) ;; esac
  # What is broken stays broken: two reports tell as much as hundreds.
  [ "$bad" -lt 2 ] || exit 0
}

: >/run/steps.log
mkdir -p "$config/services" "$config/templates"
service a 9001
service b 9002
echo 'steps of {{service.name}}' >"$config/templates/steps.hbs"
from=a to=b old=10053 new=10054
stack $from $old
finish || { report "does not start: $(tail -3 /run/steps-again.out)"; exit 1; }

while true; do
  if [ "$mode" = kill ] && userdel "step-$to-user" 2>/dev/null; then rm -rf "/var/lib/step-$to"; fi
  before=
  if [ "$mode" = fail ]; then before=$(listing | without_user $to); fi
  stack $to $new
  earlier=$(last_run)
  if fault "$mode"; then
    report through
    break
  fi
  if [ "$mode" = fail ]; then
    place=$(grep -o 'injected fault at change.*' /run/steps.out)
    # The run was done by then: it closes its record, or clears away those of old runs.
    if [[ $place = *"removing /var/lib/install-quadlets/generations/"* ]] || grep -q "everything was applied" /run/steps.out; then
      report through
      break
    fi
    stack $from $old
    if [ -z "$place" ]; then
      report "another error: $(tail -3 /run/steps.out)"
    elif [ "$(listing | without_user $to)" != "$before" ]; then
      report "not as it was after $place: $(diff <(echo "$before") <(listing | without_user $to) | head -5)"
    elif ! answers $from; then
      report "does not answer after $place"
    else
      report ok
    fi
  else
    # The run was done by then: it only cleared away the journals of old ones.
    last=$(last_run)
    if ! finish; then
      report "does not converge: $(tail -3 /run/steps-again.out)"
    elif [ -n "$(left_over)" ]; then
      report "leaves $(left_over)"
    elif ! answers $to; then
      report "does not answer"
    elif answers $from 2>/dev/null || [ -e "/var/lib/systemd/linger/step-$from-user" ]; then
      report "step-$from is still there"
    else
      report ok
    fi
    if [[ $last = *done && $last != "$earlier" ]]; then
      report through
      break
    fi
    swap=$from from=$to to=$swap swap=$old old=$new new=$swap
  fi
  step=$((step + stride))
done
