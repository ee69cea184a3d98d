#!/bin/sh
# Makes this machine a client of liminati.internal: it trusts the site's certificates and asks the site for the zone's names.
# Debian, Ubuntu, Fedora, RHEL, Arch, Alpine, openSUSE and macOS. Made by install-quadlets on the host.
# Everything is in functions: a download that breaks off does nothing.
set -eu
umask 022

ZONE='liminati.internal'
ADDRESS='100.64.0.1'
PAGE='100.64.0.1':8081
NAMES='liminati.internal vllm.liminati.internal webui.liminati.internal opik.liminati.internal'
# With a comma between them while the authority is changed for another; empty where every machine trusts the site's certificate already.
FINGERPRINT='@AUTHORITY_FINGERPRINT@'
# Only for tests: a directory to work on instead of /, as whoever runs it.
ROOT=${INSTALL_CLIENT_ROOT:-}

ID=install-quadlets-$ZONE
SYSTEM=$(uname -s)
RESOLV_CONF=$ROOT/etc/resolv.conf
HOSTS=$ROOT/etc/hosts
BEGIN="# begin install-quadlets $ZONE"
END="# end install-quadlets $ZONE"

certificates() {
  sed '/^$/d' <<'CERTIFICATE'
@AUTHORITY_CERTIFICATE@
CERTIFICATE
}

usage() {
  cat <<USAGE
usage: curl -fsS http://$PAGE/install-client.sh | sudo sh -s -- [OPTIONS] [ADDRESS]

Trust the certificates of $ZONE and resolve its names through ADDRESS (default $ADDRESS).

  --fingerprint FP   refuse unless the authority's certificate has this SHA-256 fingerprint
  --check            change nothing, test each step and say why it fails
  --uninstall        take back everything that this script did
  --help             this text

Without sudo it does your part (browsers) and asks for root where it must.
USAGE
}

say() { printf '%s\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
shown() { printf '%s' "${1#"$ROOT"}"; }

# --- who does what -----------------------------------------------------------------------------------------------------

is_root() { [ -n "$ROOT" ] || [ "$(id -u)" = 0 ]; }

as_root() {
  if is_root; then "$@"; elif have sudo; then sudo "$@"; else doas "$@"; fi
}

# Root never works in a person's home: what a person could put there would be followed and run.
as_person() {
  if [ -z "$PERSON" ]; then "$@"; elif have sudo; then sudo -H -u "$PERSON" "$@"; else doas -u "$PERSON" "$@"; fi
}

# as_owner FILE COMMAND...: the person for what is in the home, root for the rest.
as_owner() {
  place=$1
  shift
  case $place in "$HOME_DIR"/*) as_person "$@" ;; *) as_root "$@" ;; esac
}

who() { case $1 in "$HOME_DIR"/*) printf you ;; *) printf root ;; esac; }

# The person whose browsers are meant: whoever called sudo or doas, otherwise whoever runs this.
find_person() {
  PERSON=
  if [ -z "$ROOT" ] && [ "$(id -u)" = 0 ]; then PERSON=${SUDO_USER:-${DOAS_USER:-}}; fi
  [ "$PERSON" != root ] || PERSON=
  # shellcheck disable=SC2016 # that shell knows its home
  HOME_DIR=$ROOT$(as_person sh -c 'printf %s "$HOME"' </dev/null)
}

# announce TEXT LIST: what will be done, and what of it needs root, before any of it is.
announce() {
  say "$1"
  mine=$(say "$2" | sed -n 's/^you: /  /p')
  roots=$(say "$2" | sed -n 's/^root: /  /p')
  [ -z "$mine" ] || say "as ${PERSON:-you}:
$mine"
  [ -z "$roots" ] || say "as root:
$roots"
  [ -z "$roots" ] || is_root && return
  have sudo || have doas || fail "this needs root, and there is neither sudo nor doas here: run it in a root shell"
  say "It may ask for your password."
}

# --- files -------------------------------------------------------------------------------------------------------------

holds() { cmp -s - "$1"; }

# write_file FILE: standard input becomes the content, in place, so that owner, mode and a bind mount stay as they are.
write_file() {
  if is_root; then cat >"$1"; else as_root tee "$1" >/dev/null; fi
}

# A directory that was not there is marked, so that one that was empty before is not taken away later.
make_directory() {
  [ -d "$1" ] && return
  as_root mkdir "$1"
  as_root touch "$1/.$ID"
}

remove_file() {
  [ -e "$1" ] || return 0
  as_root rm -f "$1"
  remove_directory "${1%/*}"
}

remove_directory() {
  [ -e "$1/.$ID" ] || return 0
  as_root rm -f "$1/.$ID"
  as_root rmdir "$1" 2>/dev/null || true
}

has_block() { grep -qsxF "$BEGIN" "$1"; }

# What a file holds besides our block, to the byte: sed and awk of some systems end a last line that had no end.
without_block() {
  [ -e "$1" ] || return 0
  if [ "$(head -n 1 "$1")" = "$BEGIN" ]; then
    tail -n "+$(($(grep -nxF "$END" "$1" | head -n 1 | cut -d : -f 1) + 1))" "$1"
  else
    sed "/^$BEGIN\$/,/^$END\$/d" "$1"
  fi
}

# with_block FILE TEXT: the block comes first; it remembers whether there was a file at all.
with_block() {
  say "$BEGIN"
  if [ ! -e "$1" ] || grep -qsxF '# (the file is new)' "$1"; then say '# (the file is new)'; fi
  say "$2"
  say "$END"
  without_block "$1"
}

block_is() { with_block "$1" "$2" | holds "$1"; }

add_block() {
  scratch=$(mktemp)
  with_block "$1" "$2" >"$scratch"
  write_file "$1" <"$scratch"
  rm -f "$scratch"
}

# Only the block goes, so that later changes of others stay.
remove_block() {
  has_block "$1" || return 0
  scratch=$(mktemp)
  without_block "$1" >"$scratch"
  if [ ! -s "$scratch" ] && grep -qxF '# (the file is new)' "$1"; then as_root rm -f "$1"; else write_file "$1" <"$scratch"; fi
  rm -f "$scratch"
}

# --- the authority -----------------------------------------------------------------------------------------------------

body() { sed '/^-----/d' | tr -d ' \r\n'; }
decode() { if printf QQ== | base64 -d >/dev/null 2>&1; then base64 -d; else base64 -D; fi; }
digest() { if have "sha${1}sum"; then "sha${1}sum"; else shasum -a "$1"; fi | cut -d ' ' -f 1; }
plain_fingerprint() { printf '%s' "$1" | sed 's/^.*=//' | tr -d ': \n' | tr 'A-F' 'a-f'; }

certificate() { certificates | awk -v "wanted=$1" '/^-----BEGIN/ { found++ } found == wanted'; }

# AUTHORITIES: those of the script that are to be trusted, by number; SLOTS: those that an earlier run may have left.
SLOTS='1 2 3'
wanted() { case " $AUTHORITIES " in *" $1 "*) ;; *) return 1 ;; esac; }
id_of() { if [ "$1" = 1 ]; then say "$ID"; else say "$ID-$1"; fi; }

find_authorities() {
  AUTHORITIES='' number=0
  for fingerprint in $(say "$FINGERPRINT" | tr , ' '); do
    number=$((number + 1))
    actual=$(certificate "$number" | body | decode | digest 256)
    [ "$actual" = "$(plain_fingerprint "$fingerprint")" ] || fail "the certificate in this script is damaged: download it again"
    case ${PIN:+,$(plain_fingerprint "$PIN"),} in '' | *",$actual,"*) AUTHORITIES="$AUTHORITIES $number" ;; esac
  done
  [ -z "$PIN" ] || [ -n "$AUTHORITIES" ] ||
    fail "the authority's fingerprint is $FINGERPRINT, not the one you gave: this script does not come from the site you mean"
}

# --- trust: the system's store -----------------------------------------------------------------------------------------

# STORE, ANCHORS (where certificates go) and BUNDLE (a file with every authority, for programs that want one).
find_store() {
  BUNDLE=/etc/ssl/certs/ca-certificates.crt
  if [ "$SYSTEM" = Darwin ]; then
    STORE=keychain ANCHORS=$ROOT/etc/ssl BUNDLE=/etc/ssl/$ID.pem
  elif have update-ca-trust && [ -d "$ROOT/etc/pki/ca-trust/source/anchors" ]; then
    STORE=redhat ANCHORS=$ROOT/etc/pki/ca-trust/source/anchors BUNDLE=/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
  elif have trust && [ -d "$ROOT/etc/ca-certificates/trust-source/anchors" ]; then
    STORE=arch ANCHORS=$ROOT/etc/ca-certificates/trust-source/anchors
  elif have update-ca-certificates && [ -d "$ROOT/etc/pki/trust/anchors" ]; then
    STORE=suse ANCHORS=$ROOT/etc/pki/trust/anchors BUNDLE=/var/lib/ca-certificates/ca-bundle.pem
  elif have update-ca-certificates; then
    STORE=debian ANCHORS=$ROOT/usr/local/share/ca-certificates
    [ ! -e "$ROOT/etc/alpine-release" ] || STORE=alpine
  else
    STORE=none ANCHORS=$ROOT/usr/local/share/ca-certificates
  fi
}

# Its output is of use only when it fails: even a good run warns about other people's certificates.
refresh_store() {
  case $STORE in
    redhat) set -- update-ca-trust extract ;;
    arch) set -- trust extract-compat ;;
    # Debian's tool leaves the links to a removed file in /etc/ssl/certs without --fresh; the others know no such option.
    debian) if [ "$1" = remove ]; then set -- update-ca-certificates --fresh; else set -- update-ca-certificates; fi ;;
    *) set -- update-ca-certificates ;;
  esac
  output=$(as_root "$@" 2>&1 </dev/null) || fail "$* failed: $output"
}

KEYCHAIN=/Library/Keychains/System.keychain
in_keychain() {
  wanted_hash=$(certificate "$1" | body | decode | digest 256)
  security find-certificate -a -Z "$KEYCHAIN" 2>/dev/null | tr -d ' ' | grep -qix "SHA-256hash:$wanted_hash"
}

anchor() { say "$ANCHORS/$(id_of "$1").crt"; }
anchor_done() {
  if ! wanted "$1"; then [ ! -e "$(anchor "$1")" ]; return; fi
  certificate "$1" | holds "$(anchor "$1")" && { [ "$STORE" != keychain ] || in_keychain "$1"; }
}
trust_done() { for slot in $SLOTS; do anchor_done "$slot" || return 1; done; }

trust_todo() {
  trust_done && return
  [ "$STORE" != none ] || fail "this system has none of the tools that manage trusted authorities: install the package ca-certificates" \
    "and run this again, or add http://$PAGE/ca.crt to its authorities by hand"
  say "root: trust the authority of $ZONE ($(shown "$(anchor 1)"))"
}

trust_add() {
  trust_done && return
  make_directory "$ANCHORS"
  change=add
  for slot in $SLOTS; do
    anchor_done "$slot" && continue
    if [ -e "$(anchor "$slot")" ]; then anchor_remove "$slot" && change=remove; fi
    if wanted "$slot"; then anchor_add "$slot"; fi
  done
  [ "$STORE" = keychain ] || refresh_store "$change"
  say "trust: the system's store has the authority of $ZONE"
}

anchor_add() {
  certificate "$1" | write_file "$(anchor "$1")"
  [ "$STORE" = keychain ] || return 0
  as_root security add-trusted-cert -d -r trustRoot -k "$KEYCHAIN" "$(anchor "$1")" </dev/null
}

anchor_remove() {
  if [ "$STORE" = keychain ]; then
    as_root security remove-trusted-cert -d "$(anchor "$1")" </dev/null || true
    as_root security delete-certificate -Z "$(body <"$(anchor "$1")" | decode | digest 1 | tr 'a-f' 'A-F')" "$KEYCHAIN" </dev/null || true
  fi
  as_root rm -f "$(anchor "$1")"
}

trust_left() {
  for slot in $SLOTS; do
    [ ! -e "$(anchor "$slot")" ] || say "root: no longer trust the authority of $ZONE ($(shown "$(anchor "$slot")"))"
  done
}

trust_remove() {
  [ -n "$(trust_left)" ] || return 0
  for slot in $SLOTS; do [ ! -e "$(anchor "$slot")" ] || anchor_remove "$slot"; done
  remove_directory "$ANCHORS"
  [ "$STORE" = keychain ] || refresh_store remove
  say "trust: removed the authority of $ZONE"
}

trust_check() {
  if ! trust_done; then bad "trust: $(shown "$(anchor 1)") is not there, or is of another authority"
  elif [ -n "$AUTHORITIES" ]; then good "trust: $(shown "$(anchor 1)") is the authority of $ZONE"; fi
  if ! have curl; then
    skip "trust: there is no curl to test the certificate with"
  elif reason=$(curl -sS -o /dev/null --max-time 10 --resolve "$ZONE:443:$ADDRESS" "https://$ZONE/" 2>&1); then
    good "trust: https://$ZONE/ is trusted"
  else
    bad "trust: https://$ZONE/: $(say "$reason" | head -n 1)"
  fi
}

# --- variables: Node and Python do not look at the system's store --------------------------------------------------------

# A value that is already there wins: it may name more than one site's authority.
shell_variables() {
  cat <<VARIABLES
# Made by install-client.sh of install-quadlets: Node and Python keep their own lists of authorities.
if [ -r $BUNDLE ]; then
  export NODE_EXTRA_CA_CERTS="\${NODE_EXTRA_CA_CERTS:-$BUNDLE}"
  export REQUESTS_CA_BUNDLE="\${REQUESTS_CA_BUNDLE:-$BUNDLE}"
  export SSL_CERT_FILE="\${SSL_CERT_FILE:-$BUNDLE}"
fi
VARIABLES
}

session_variables() {
  for name in NODE_EXTRA_CA_CERTS REQUESTS_CA_BUNDLE SSL_CERT_FILE; do say "$name=\${$name:-$BUNDLE}"; done
}

# KIND FILE of each place: a block in a shell's own file, a file of its own for login shells and for desktop sessions.
variable_places() {
  if [ "$SYSTEM" = Darwin ]; then
    say "bundle $ROOT$BUNDLE"
    say "block $ROOT/etc/zshenv"
    say "block $ROOT/etc/profile"
    return
  fi
  [ ! -d "$ROOT/etc/profile.d" ] || say "shell $ROOT/etc/profile.d/$ID.sh"
  [ ! -d "$ROOT/etc/systemd" ] || say "session $ROOT/etc/environment.d/60-$ID.conf"
  for file in "$ROOT/etc/zsh/zshenv" "$ROOT/etc/zshenv"; do [ ! -e "$file" ] || say "block $file"; done
}

variable_content() {
  case $1 in
    shell) shell_variables ;;
    session) session_variables ;;
    bundle) cat "$ROOT/etc/ssl/cert.pem" && for slot in $AUTHORITIES; do certificate "$slot"; done ;;
  esac
}

variable_done() {
  if [ "$1" = block ]; then block_is "$2" "$(shell_variables)"; else variable_content "$1" | holds "$2"; fi
}

variables_todo() {
  variable_places | while read -r kind file; do
    variable_done "$kind" "$file" || say "root: tell Node and Python of it ($(shown "$file"))"
  done
}

variables_add() {
  places=$(variable_places)
  while read -r kind file; do
    if [ -z "$file" ] || variable_done "$kind" "$file"; then continue; fi
    make_directory "${file%/*}"
    if [ "$kind" = block ]; then add_block "$file" "$(shell_variables)" </dev/null; else variable_content "$kind" | write_file "$file"; fi
    say "variables: set in $(shown "$file"), for new sessions"
  done <<PLACES
$places
PLACES
}

variables_left() {
  variable_places | while read -r kind file; do
    case $kind in block) has_block "$file" ;; *) [ -e "$file" ] ;; esac || continue
    say "root: take back $(shown "$file")"
  done
}

variables_remove() {
  places=$(variable_places)
  while read -r kind file; do
    case $kind in
      '') ;;
      block) remove_block "$file" </dev/null ;;
      *) remove_file "$file" </dev/null ;;
    esac
  done <<PLACES
$places
PLACES
}

variables_check() {
  places=$(variable_places)
  while read -r kind file; do
    [ -n "$file" ] || continue
    if variable_done "$kind" "$file"; then good "variables: $(shown "$file")"
    else bad "variables: $(shown "$file") does not tell Node and Python of $(shown "$BUNDLE")"; fi
  done <<PLACES
$places
PLACES
}

# --- stores of single programs: Java's cacerts, and NSS for Chrome and Firefox --------------------------------------------
# Their tools do not undo themselves to the byte: a copy from before goes back as long as nothing else has changed since.

# The trust in a browser's cert9.db is signed with a key in key4.db: the two change together and go back together.
parts() {
  say "$1"
  case $1 in */cert9.db) [ ! -e "${1%/*}/key4.db" ] || say "${1%/*}/key4.db" ;; esac
}

sums() { parts "$1" | while read -r part; do as_owner "$part" cksum "$part" </dev/null | cut -d ' ' -f 1,2; done | tr '\n' ' '; }
recorded() { [ ! -e "$1.after-$ID" ] || as_owner "$1" sed -n "$2p" "$1.after-$ID" </dev/null; }
unchanged() { [ -e "$1.before-$ID" ] && [ "$(recorded "$1" 2)" = "$(sums "$1")" ]; }
marked() { [ "$(recorded "$1" 1)" = "$FINGERPRINT $AUTHORITIES" ] && unchanged "$1"; }

# store_do KIND add|remove|has FILE SLOT
store_do() {
  name=$(id_of "$4")
  case $1:$2 in
    java:add) certificate "$4" | as_owner "$3" "$(keytool_of "$3")" -importcert -noprompt -alias "$name" -keystore "$3" -storepass changeit ;;
    java:remove) as_owner "$3" "$(keytool_of "$3")" -delete -alias "$name" -keystore "$3" -storepass changeit </dev/null ;;
    java:has) as_owner "$3" "$(keytool_of "$3")" -exportcert -rfc -alias "$name" -keystore "$3" -storepass changeit </dev/null ;;
    browsers:add) certificate "$4" | as_owner "$3" certutil -A -a -d "sql:${3%/*}" -t C,, -n "$name" ;;
    browsers:remove) as_owner "$3" certutil -D -d "sql:${3%/*}" -n "$name" </dev/null ;;
    browsers:has) as_owner "$3" certutil -L -a -d "sql:${3%/*}" -n "$name" </dev/null ;;
  esac 2>&1
}

store_clear() {
  for slot in $SLOTS; do
    if store_do "$1" has "$2" "$slot" >/dev/null; then store_do "$1" remove "$2" "$slot" >/dev/null || true; fi
  done
}

store_fill() { for slot in $AUTHORITIES; do store_do "$1" add "$2" "$slot" || return 1; done; }

store_done() {
  marked "$2" && return
  for slot in $AUTHORITIES; do
    [ "$(store_do "$1" has "$2" "$slot" | body)" = "$(certificate "$slot" | body)" ] || return 1
  done
}

store_add() {
  store_done "$1" "$2" && return
  if unchanged "$2"; then store_restore "$2"; else store_clear "$1" "$2"; fi
  parts "$2" | while read -r part; do as_owner "$part" cp -p "$part" "$part.before-$ID" </dev/null; done
  if ! output=$(store_fill "$1" "$2"); then
    store_restore "$2"
    say "note: $1: $(shown "$2") could not be changed: $(say "$output" | tail -n 1)"
    return
  fi
  printf '%s\n%s\n' "$FINGERPRINT $AUTHORITIES" "$(sums "$2")" | as_owner "$2" tee "$2.after-$ID" >/dev/null
  say "$1: added the authority to $(shown "$2")"
}

store_restore() {
  parts "$1" | while read -r part; do as_owner "$part" mv -f "$part.before-$ID" "$part" </dev/null; done
  as_owner "$1" rm -f "$1.after-$ID" </dev/null
}

store_remove() {
  if unchanged "$2"; then
    store_restore "$2"
  else
    store_clear "$1" "$2"
    parts "$2" | while read -r part; do as_owner "$part" rm -f "$part.before-$ID" "$part.after-$ID" </dev/null; done
  fi
  say "$1: removed the authority from $(shown "$2")"
}

# each_store KIND todo|add|left|remove|check
each_store() {
  if [ "$1" = java ]; then stores=$(java_stores); else stores=$(browser_stores); fi
  while read -r store; do
    case ${store:+$2} in
      todo) store_todo "$1" "$store" ;;
      add) store_add "$1" "$store" ;;
      left) store_left "$store" ;;
      remove) [ ! -e "$store.after-$ID" ] || store_remove "$1" "$store" ;;
      check) store_check "$1" "$store" ;;
    esac </dev/null
  done <<STORES
$stores
STORES
}

store_todo() { store_done "$1" "$2" || say "$(who "$2"): trust it in $(shown "$2")"; }
store_left() { [ ! -e "$1.after-$ID" ] || say "$(who "$1"): no longer trust it in $(shown "$1")"; }
store_check() {
  if store_done "$1" "$2"; then good "$1: $(shown "$2")"; else bad "$1: $(shown "$2") does not have the authority"; fi
}

# A cacerts that is a link leads to the file that the system's own tool keeps up to date.
java_stores() {
  for home in "$ROOT"/usr/lib/jvm/* "$ROOT"/opt/* "$ROOT"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME_DIR"/.sdkman/candidates/java/* "$HOME_DIR"/.jdks/* "$HOME_DIR"/Library/Java/JavaVirtualMachines/*/Contents/Home; do
    for file in "$home/lib/security/cacerts" "$home/jre/lib/security/cacerts"; do
      if [ -h "$home" ] || [ ! -f "$file" ] || [ -h "$file" ]; then continue; fi
      # Root runs that Java's keytool: it must be root's own.
      [ "$(who "$file")" = you ] || [ -n "$ROOT" ] || [ "$(owner_of "$(keytool_of "$file")")" = 0 ] || continue
      [ ! -x "$(keytool_of "$file")" ] || say "$file"
    done
  done
}

keytool_of() { say "${1%/lib/*}/bin/keytool"; }
# shellcheck disable=SC2012 # the name is not read; stat takes other options on each system
owner_of() { ls -lLn "$1" 2>/dev/null | { read -r _ _ uid _ && say "$uid"; }; }

# Chrome and its kin, then Firefox: plain, as a snap, as a flatpak. On macOS both look at the keychain.
nss_files() {
  for file in "$HOME_DIR"/.pki/nssdb/cert9.db "$HOME_DIR"/.local/share/pki/nssdb/cert9.db \
    "$HOME_DIR"/snap/*/current/.pki/nssdb/cert9.db "$HOME_DIR"/snap/*/current/.local/share/pki/nssdb/cert9.db \
    "$HOME_DIR"/.var/app/*/.pki/nssdb/cert9.db "$HOME_DIR"/.var/app/*/data/pki/nssdb/cert9.db \
    "$HOME_DIR"/.mozilla/firefox/*/cert9.db "$HOME_DIR"/.config/mozilla/firefox/*/cert9.db \
    "$HOME_DIR"/snap/firefox/common/.mozilla/firefox/*/cert9.db "$HOME_DIR"/snap/firefox/common/.config/mozilla/firefox/*/cert9.db \
    "$HOME_DIR"/.var/app/org.mozilla.firefox/.mozilla/firefox/*/cert9.db \
    "$HOME_DIR"/.var/app/org.mozilla.firefox/config/mozilla/firefox/*/cert9.db; do
    [ ! -f "$file" ] || [ "$SYSTEM" = Darwin ] || say "$file"
  done
}

browser_stores() { if have certutil; then nss_files; fi; }

no_certutil() { ! have certutil && [ -n "$(nss_files)" ]; }
CERTUTIL='Chrome or Firefox keeps its own list of authorities, and there is no certutil to add to it: install libnss3-tools
  (Debian, Ubuntu), nss-tools (Fedora, RHEL, Alpine) or nss (Arch), and run this again'

# --- names -------------------------------------------------------------------------------------------------------------

addresses() {
  if [ "$SYSTEM" = Darwin ]; then dscacheutil -q host -a name "$1" | sed -n 's/^ip_address: //p'
  elif [ -e "$ROOT/etc/alpine-release" ]; then getent hosts "$1"
  else getent ahostsv4 "$1"; fi 2>/dev/null
}

resolves() { addresses "$1" | grep -q "^$(say "$ADDRESS" | sed 's/\./[.]/g')\([[:space:]]\|\$\)"; }

all_resolve() { for name in $NAMES; do resolves "$name" || return 1; done; }

asks_itself() { grep -Eqs '^nameserver[[:space:]]+(127\.|::1)' "$RESOLV_CONF"; }

# Who can send one zone elsewhere and leave every other name alone? Sets HOW and, where it is a file, NAMES_FILE.
find_resolver() {
  NAMES_FILE=
  if [ "$SYSTEM" = Darwin ]; then
    HOW=macos NAMES_FILE=$ROOT/etc/resolver/$ZONE
  elif uses_resolved; then
    # Delegates are new in 258 (systemd.dns-delegate(5)). Before, a server of resolved.conf is asked for all other names, too.
    version=$(resolvectl --version 2>/dev/null | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
    if [ "${version:-0}" -ge 258 ]; then HOW=resolved NAMES_FILE=$ROOT/etc/systemd/dns-delegate.d/$ID.dns-delegate; else HOW=hosts; fi
  elif asks_itself && grep -qi 'generated by networkmanager' "$RESOLV_CONF" && [ -d "$ROOT/etc/NetworkManager/dnsmasq.d" ]; then
    HOW=networkmanager NAMES_FILE=$ROOT/etc/NetworkManager/dnsmasq.d/$ID.conf
  elif asks_itself && have dnsmasq && [ -d "$ROOT/etc/dnsmasq.d" ]; then
    # resolvconf and openresolv only write resolv.conf, which knows no zones; the resolver that they feed does.
    HOW=dnsmasq NAMES_FILE=$ROOT/etc/dnsmasq.d/$ID.conf
  elif asks_itself && have unbound && [ -d "$ROOT/etc/unbound/unbound.conf.d" ]; then
    HOW=unbound NAMES_FILE=$ROOT/etc/unbound/unbound.conf.d/$ID.conf
  else
    HOW=hosts
  fi
}

uses_resolved() {
  systemctl is-active --quiet systemd-resolved 2>/dev/null || return 1
  case $(readlink "$RESOLV_CONF" || true) in *systemd/resolve/*) return 0 ;; esac
  grep -Eqs '^nameserver[[:space:]]+127\.0\.0\.5[34]' "$RESOLV_CONF"
}

names_content() {
  say "# Made by install-client.sh of install-quadlets: only names of $ZONE are asked of the site."
  case $HOW in
    macos) say "nameserver $ADDRESS" ;;
    resolved) printf '[Delegate]\nDNS=%s\nDomains=%s\n' "$ADDRESS" "$ZONE" ;;
    networkmanager | dnsmasq) printf 'server=/%s/%s\nrebind-domain-ok=/%s/\n' "$ZONE" "$ADDRESS" "$ZONE" ;;
    unbound) printf 'server:\n  domain-insecure: "%s"\n  private-domain: "%s"\nforward-zone:\n  name: "%s"\n  forward-addr: %s\n' \
      "$ZONE" "$ZONE" "$ZONE" "$ADDRESS" ;;
  esac
}

hosts_lines() { for name in $NAMES; do say "$ADDRESS $name"; done; }

names_set() {
  if [ "$HOW" = hosts ]; then block_is "$HOSTS" "$(hosts_lines)"; else ! has_block "$HOSTS" && names_content | holds "$NAMES_FILE"; fi
}

names_ours() { has_block "$HOSTS" || { [ -n "$NAMES_FILE" ] && [ -e "$NAMES_FILE" ]; }; }

# Without our help: by the tailnet's own split DNS, or the network's name server. Where nobody answers, asking takes its time.
find_answers() { if ! names_set && ! names_ours && all_resolve; then ANSWERED=yes; else ANSWERED=no; fi; }

names_todo() {
  if [ "$ANSWERED" = yes ] || names_set; then return; fi
  if [ "$HOW" = hosts ]; then say "root: write the names of $ZONE into /etc/hosts"
  else say "root: ask $ADDRESS for the names of $ZONE ($(shown "$NAMES_FILE"))"; fi
}

names_add() {
  if [ "$ANSWERED" = yes ]; then
    say "names: already answered with $ADDRESS"
  elif names_set; then
    return
  elif [ "$HOW" = hosts ]; then
    add_block "$HOSTS" "$(hosts_lines)"
    say "names: written into /etc/hosts, as nothing here can ask another server for one zone and leave all other names alone."
    say "  Run this again when a service is added, or let Tailscale know the zone: http://$PAGE/#tailnet"
    if grep -qi 'generated by wsl' "$HOSTS"; then say "note: WSL writes that file anew when it starts: set generateHosts=false in /etc/wsl.conf"; fi
  else
    remove_block "$HOSTS"
    make_directory "${NAMES_FILE%/*}"
    names_content | write_file "$NAMES_FILE"
    reload_resolver
    say "names: $HOW asks $ADDRESS for $ZONE"
  fi
}

service() { if have systemctl; then as_root systemctl "$@" </dev/null; else as_root rc-service "$2" "$1" </dev/null; fi; }

reload_resolver() {
  case $HOW in
    macos) as_root dscacheutil -flushcache </dev/null; as_root killall -HUP mDNSResponder </dev/null ;;
    resolved) service restart systemd-resolved ;;
    networkmanager) as_root nmcli general reload dns-full </dev/null ;;
    dnsmasq | unbound) service restart "$HOW" ;;
  esac
}

# A machine that changed its resolver since has a file of another kind: all of them are looked at.
names_files() {
  for how in "macos /etc/resolver/$ZONE" "resolved /etc/systemd/dns-delegate.d/$ID.dns-delegate" \
    "networkmanager /etc/NetworkManager/dnsmasq.d/$ID.conf" "dnsmasq /etc/dnsmasq.d/$ID.conf" "unbound /etc/unbound/unbound.conf.d/$ID.conf"; do
    [ ! -e "$ROOT${how#* }" ] || say "${how% *} $ROOT${how#* }"
  done
}

names_left() {
  if has_block "$HOSTS"; then say "root: remove the names of $ZONE from /etc/hosts"; fi
  names_files | while read -r _ file; do say "root: no longer ask the site for $ZONE ($(shown "$file"))"; done
}

names_remove() {
  if has_block "$HOSTS"; then
    remove_block "$HOSTS"
    say "names: removed from /etc/hosts"
  fi
  found=$(names_files)
  while read -r HOW file; do
    [ -n "$file" ] || continue
    remove_file "$file" </dev/null
    reload_resolver
    say "names: $HOW no longer asks the site"
  done <<FOUND
$found
FOUND
}

names_check() {
  if names_set; then
    if [ "$HOW" = hosts ]; then good "names: /etc/hosts has them"; else good "names: $(shown "$NAMES_FILE")"; fi
  fi
  # All at once: a name server that does not answer takes its time for each.
  answered=" $(for name in $NAMES; do { if resolves "$name"; then printf '%s ' "$name"; fi; } & done; wait) "
  for name in $NAMES; do
    case $answered in
      *" $name "*) good "names: $name is $ADDRESS" ;;
      *) bad "names: $name is not answered with $ADDRESS$(why_not)" ;;
    esac
  done
}

why_not() {
  if names_set; then say ": $HOW is set up for it; is Tailscale up, and does $ADDRESS answer?"
  elif names_ours; then say ": what was set up is not what this machine needs now; run this without --check"
  else say ": nothing is set up for it"; fi
}

# --- main ------------------------------------------------------------------------------------------------------------

good() { say "ok    $*"; }
skip() { say "skip  $*"; }
bad() { say "FAIL  $*"; FAILED=1; }

fetch() { if have curl; then curl -fsS -o /dev/null --max-time 10 "$1"; else wget -q -O /dev/null -T 10 "$1"; fi; }

check() {
  FAILED=0
  if reason=$(fetch "http://$PAGE/ca.crt" 2>&1); then good "reach: http://$PAGE/ answers"
  else bad "reach: http://$PAGE/ does not answer, is Tailscale up? $(say "$reason" | head -n 1)"; fi
  trust_check
  if [ -n "$AUTHORITIES" ]; then
    variables_check
    each_store java check
    if no_certutil; then skip "browsers: $CERTUTIL"; else each_store browsers check; fi
  fi
  names_check
  return "$FAILED"
}

todo() {
  if [ -n "$AUTHORITIES" ]; then
    trust_todo
    variables_todo
    each_store java todo
    each_store browsers todo
  else
    trust_all_left
  fi
  names_todo
}

# A site that every machine trusts already needs nothing of what it needed before.
trust_all_left() {
  trust_left
  variables_left
  each_store java left
  each_store browsers left
}

trust_all_remove() {
  each_store browsers remove
  each_store java remove
  variables_remove
  trust_remove
}

install() {
  find_answers
  todo=$(todo) || exit 1
  if [ -n "$todo" ]; then announce "Setting up this machine for $ZONE at $ADDRESS." "$todo"; fi
  if [ -n "$AUTHORITIES" ]; then
    trust_add
    variables_add
    each_store java add
    each_store browsers add
    if no_certutil; then say "note: browsers: $CERTUTIL"; fi
  else
    trust_all_remove
  fi
  names_add
  [ -n "$todo" ] || say "nothing to do: this machine is set up"
  check || fail "set up, but not everything works yet; the reason is above. Try again later with --check"
  say "Done: https://$ZONE/. Programs that run already (browsers, shells) see it when they are started again."
}

left() {
  trust_all_left
  names_left
}

uninstall() {
  left=$(left)
  if [ -z "$left" ]; then say "nothing to do: nothing of $ZONE is set up here" && return; fi
  announce "Taking back what was set up for $ZONE on this machine." "$left"
  names_remove
  trust_all_remove
  say "Done."
}

is_address() {
  case $1 in *[!0-9.]*) return 1 ;; esac
  printf '%s' "$1" | grep -Eqx '((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])'
}

main() {
  action=install PIN=
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h) usage && return ;;
      --check) action=check ;;
      --uninstall) action=uninstall ;;
      --fingerprint) [ $# -gt 1 ] || fail "--fingerprint needs a value"; PIN=$2; shift ;;
      --fingerprint=*) PIN=${1#*=} ;;
      -*) usage >&2; fail "unknown option $1" ;;
      *) is_address "$1" || fail "$1 is not an IPv4 address"; ADDRESS=$1 ;;
    esac
    shift
  done
  find_authorities
  find_person
  find_store
  find_resolver
  case $action in
    check) check ;;
    uninstall) uninstall ;;
    install) install ;;
  esac
}

# The braces make a line that was cut short a syntax error.
{ main "$@"; exit; }
