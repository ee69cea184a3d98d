#!/bin/bash
# Installs the product on a new lab named LAB_NAME, sets its client up, shuts it down and keeps its files.
#   make-state.sh LAB STACK ADDRESS TARGET
set -euo pipefail
lab=$1 stack=$2 address=$3 target=$4

trap '"$lab" down 2>/dev/null' EXIT
"$lab" up
if [ -n "$stack" ]; then
  # shellcheck disable=SC2016 # expanded in the host
  "$lab" exec -- sh -euc 'mkdir -p /etc/install-quadlets; echo "$1" >/etc/install-quadlets/stack.yaml' sh "$stack"
fi
"$lab" install --yes </dev/null
# shellcheck disable=SC2016 # expanded in the client
"$lab" client -- sh -euc 'curl -fsS "http://$1:8081/install-client.sh" | sh -s -- "$1"' sh "$address"
"$lab" stop
"$lab" move "$target"
