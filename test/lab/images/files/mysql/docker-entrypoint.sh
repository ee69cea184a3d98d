#!/bin/bash
# MariaDB with the contract of the official MySQL image: the same variables, the same first start, the same change of user.
set -eo pipefail
shopt -s nullglob

note() { echo "$(date -u +%FT%TZ) [Note] [Entrypoint]: $*"; }
error() { echo "$(date -u +%FT%TZ) [ERROR] [Entrypoint]: $*" >&2; exit 1; }

# file_env NAME [DEFAULT]: the variable, or the content of the file that NAME_FILE names; both are an error.
file_env() {
  local name=$1 file="$1_FILE" value=${2:-}
  if [[ -n ${!name:-} && -n ${!file:-} ]]; then error "Both $name and $file are set (but are exclusive)"; fi
  if [[ -n ${!name:-} ]]; then value=${!name}; elif [[ -n ${!file:-} ]]; then value=$(<"${!file}"); fi
  export "$name=$value"
  unset "$file"
}

if [[ ${1:0:1} == - ]]; then set -- mysqld "$@"; fi
[[ $1 == mysqld ]] || exec "$@"

data=/var/lib/mysql
socket=/var/run/mysqld/mysqld.sock
mkdir -p "$data" "${socket%/*}"
if [[ $(id -u) == 0 ]]; then
  find "$data" "${socket%/*}" \! -user mysql -exec chown --no-dereference mysql '{}' +
  note "Switching to dedicated user 'mysql'"
  exec gosu mysql "$0" "$@"
fi
for dir in "$data" "${socket%/*}" /tmp; do
  [[ -w $dir ]] || error "$dir is not writable for uid $(id -u)"
done

file_env MYSQL_ROOT_HOST %
file_env MYSQL_DATABASE
file_env MYSQL_USER
file_env MYSQL_PASSWORD
file_env MYSQL_ROOT_PASSWORD
if [[ ! -d $data/mysql ]]; then
  if [[ -z $MYSQL_ROOT_PASSWORD && -z ${MYSQL_ALLOW_EMPTY_PASSWORD:-} && -z ${MYSQL_RANDOM_ROOT_PASSWORD:-} ]]; then
    error $'Database is uninitialized and password option is not specified\n    You need to specify one of MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD and MYSQL_RANDOM_ROOT_PASSWORD'
  fi
  if [[ $MYSQL_USER == root ]]; then error 'MYSQL_USER="root", MYSQL_USER and MYSQL_PASSWORD are for configuring a regular user'; fi
  if [[ -n $MYSQL_USER && -z $MYSQL_PASSWORD ]] || [[ -z $MYSQL_USER && -n $MYSQL_PASSWORD ]]; then
    error 'MYSQL_USER and MYSQL_PASSWORD only work together'
  fi
  if [[ -n $(find "$data" -mindepth 1 -maxdepth 1 ! -name lost+found -print -quit) ]]; then
    error "--initialize specified but the data directory $data has files in it. Aborting."
  fi
  note "Initializing database files"
  mariadb-install-db --datadir="$data" --auth-root-authentication-method=normal --skip-test-db --skip-name-resolve >/dev/null
  note "Starting temporary server"
  mysqld --skip-networking --socket="$socket" &
  pid=$!
  for _ in {60..0}; do
    if mysqladmin --socket="$socket" -uroot ping >/dev/null 2>&1; then break; fi
    sleep 0.5
  done
  if [[ -n ${MYSQL_RANDOM_ROOT_PASSWORD:-} ]]; then
    MYSQL_ROOT_PASSWORD=$(head -c 18 /dev/urandom | base64)
    note "GENERATED ROOT PASSWORD: $MYSQL_ROOT_PASSWORD"
  fi
  quoted() { local text=${1//\\/\\\\}; printf "'%s'" "${text//\'/\\\'}"; }
  {
    printf 'SET PASSWORD FOR root@localhost = PASSWORD(%s);\n' "$(quoted "$MYSQL_ROOT_PASSWORD")"
    if [[ $MYSQL_ROOT_HOST != localhost ]]; then
      printf 'CREATE USER root@%s IDENTIFIED BY %s;\n' "$(quoted "$MYSQL_ROOT_HOST")" "$(quoted "$MYSQL_ROOT_PASSWORD")"
      printf 'GRANT ALL ON *.* TO root@%s WITH GRANT OPTION;\n' "$(quoted "$MYSQL_ROOT_HOST")"
    fi
    # shellcheck disable=SC2016 # SQL quotes
    if [[ -n $MYSQL_DATABASE ]]; then printf 'CREATE DATABASE IF NOT EXISTS `%s`;\n' "$MYSQL_DATABASE"; fi
    if [[ -n $MYSQL_USER ]]; then
      printf "CREATE USER %s@'%%' IDENTIFIED BY %s;\n" "$(quoted "$MYSQL_USER")" "$(quoted "$MYSQL_PASSWORD")"
      # shellcheck disable=SC2016 # SQL quotes
      if [[ -n $MYSQL_DATABASE ]]; then printf 'GRANT ALL ON `%s`.* TO %s@'"'%%'"';\n' "${MYSQL_DATABASE//_/\\_}" "$(quoted "$MYSQL_USER")"; fi
    fi
    echo "DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host NOT IN ('localhost', $(quoted "$MYSQL_ROOT_HOST")));"
    echo 'FLUSH PRIVILEGES;'
  } | mysql --socket="$socket" -uroot --binary-mode
  for script in /docker-entrypoint-initdb.d/*.sql; do
    note "running $script"
    MYSQL_PWD=$MYSQL_ROOT_PASSWORD mysql --socket="$socket" -uroot ${MYSQL_DATABASE:+"$MYSQL_DATABASE"} <"$script"
  done
  note "Stopping temporary server"
  kill "$pid"
  wait "$pid"
  note "MySQL init process done. Ready for start up."
fi
exec "$@"
