# Brings the product into the host the way a user gets it, and shows it off.
# shellcheck shell=bash disable=SC2153

# pack_product DIR: prints the path of a package, made there unless LAB_PACKAGE_TGZ names one
pack_product() {
  if [ -n "${LAB_PACKAGE_TGZ:-}" ]; then
    realpath -e "$LAB_PACKAGE_TGZ"
    return
  fi
  (
    cd "$LAB_REPO" || exit
    if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
      say "installing the dependencies"
      npm ci --no-audit --no-fund --loglevel=error >&2
    fi
    npm run --silent build >&2
    npm pack --silent --pack-destination "$1" >"$1/name"
    echo "$1/$(tail -n 1 "$1/name")"
  )
}

# Copies the package to /root in the host and prints its path there.
deliver_product() {
  local temp package name
  temp=$(mktemp -d)
  # shellcheck disable=SC2064 # the value of now
  trap "rm -rf '$temp'" EXIT
  package=$(pack_product "$temp")
  name=${package##*/}
  # shellcheck disable=SC2016 # expanded in the host
  # npx takes a file of the same name for the same package: forget what it unpacked before
  (lab_exec host -- sh -euc '
    cat >"/root/$1.new"
    cmp -s "/root/$1.new" "/root/$1" || rm -rf /root/.npm/_npx
    mv "/root/$1.new" "/root/$1"' sh "$name") <"$package"
  echo "/root/$name"
}

run_product() {
  local package=$1 terminal=()
  shift
  if [ -t 0 ] && [ -t 1 ]; then terminal=(-t); fi
  lab_exec host "${terminal[@]}" -- npx --offline --yes --package="$package" install-quadlets "$@"
}

lab_install() {
  local package
  package=$(deliver_product)
  run_product "$package" "$@"
}

show() {
  if [ -t 2 ]; then printf '\n\033[1m%s\033[0m\n' "$*" >&2; else printf '\n== %s\n' "$*" >&2; fi
}

lab_demo() {
  local package host=$LAB_HOST_IP
  (lab_up)
  package=$(deliver_product)
  show "on the host: install-quadlets --yes"
  (run_product "$package" --yes)
  show "on the host: svc list"
  (lab_exec host -- svc list)
  show "on the client: dig @$host webui.liminati.internal +short"
  (lab_exec client -- dig "@$host" webui.liminati.internal +short)
  show "on the client: curl http://$host:8081/install-client.sh | sh -s -- $host"
  # shellcheck disable=SC2016 # the client's shell expands it
  (lab_exec client -- sh -euc 'curl -fsS "http://$1:8081/install-client.sh" >/tmp/client.sh; sh /tmp/client.sh "$1"' sh "$host")
  show "on the client: curl https://vllm.liminati.internal/health"
  (lab_exec client -- curl -fsSi https://vllm.liminati.internal/health)
  show "It keeps running. Next:"
  cat >&2 <<'NEXT'
  scripts/lab shell                       a root shell on the host
  scripts/lab client -- curl -fsS https://webui.liminati.internal/
  scripts/lab reboot                      does everything come back?
  scripts/lab down                        end it
NEXT
}
