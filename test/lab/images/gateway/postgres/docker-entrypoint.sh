#!/bin/bash
# PostgreSQL with the contract of the official image: the same variables, the same first start, the same change of user.
set -eo pipefail
shopt -s nullglob

note() { echo "docker-entrypoint: $*"; }
error() { echo "Error: $*" >&2; exit 1; }

# file_env NAME [DEFAULT]: the variable, or the content of the file that NAME_FILE names; both are an error.
file_env() {
  local name=$1 file="$1_FILE" value=${2:-}
  if [[ -n ${!name:-} && -n ${!file:-} ]]; then error "both $name and $file are set (but are exclusive)"; fi
  if [[ -n ${!name:-} ]]; then value=${!name}; elif [[ -n ${!file:-} ]]; then value=$(<"${!file}"); fi
  export "$name=$value"
  unset "$file"
}

if [[ ${1:0:1} == - ]]; then set -- postgres "$@"; fi
[[ $1 == postgres ]] || exec "$@"
# These only tell something, and end.
for argument; do case $argument in -'?' | --help | --describe-config | -V | --version) exec "$@" ;; esac; done

# Releases before 18 had their data there, and whoever mounts it means to keep them.
if [[ -n $(find /var/lib/postgresql/data -mindepth 1 -maxdepth 1 -print -quit 2>/dev/null) ]] || mountpoint -q /var/lib/postgresql/data; then
  error "in 18 and newer the data belong below /var/lib/postgresql, where there is something at /var/lib/postgresql/data"
fi
sockets=/var/run/postgresql
mkdir -p "$PGDATA" "$sockets"
if [[ $(id -u) == 0 ]]; then
  find "$PGDATA" "$sockets" \! -user postgres -exec chown postgres '{}' +
  chmod 700 "$PGDATA"
  chmod 3775 "$sockets"
  exec gosu postgres "$0" "$@"
fi
chmod 700 "$PGDATA" 2>/dev/null || error "$PGDATA does not belong to uid $(id -u)"
for dir in "$PGDATA" "$sockets"; do [[ -w $dir ]] || error "$dir is not writable for uid $(id -u)"; done
getent passwd "$(id -u)" >/dev/null || error "uid $(id -u) has no name here, and initdb wants one"

file_env POSTGRES_PASSWORD
file_env POSTGRES_USER postgres
file_env POSTGRES_DB "$POSTGRES_USER"
file_env POSTGRES_INITDB_ARGS
: "${POSTGRES_HOST_AUTH_METHOD:=}"

if [[ -s $PGDATA/PG_VERSION ]]; then
  note "PostgreSQL Database directory appears to contain a database; Skipping initialization"
  exec "$@"
fi
if [[ -z $POSTGRES_PASSWORD && $POSTGRES_HOST_AUTH_METHOD != trust ]]; then
  error "Database is uninitialized and superuser password is not specified: set POSTGRES_PASSWORD"
fi
# shellcheck disable=SC2086 # several arguments in one variable, as there
initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") $POSTGRES_INITDB_ARGS
printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"

# The first start listens on no port: who waits for one does not take it for the real one.
export PGPASSWORD=${PGPASSWORD:-$POSTGRES_PASSWORD}
run_psql() { psql --set=ON_ERROR_STOP=1 --no-password --no-psqlrc --host="$sockets" --username="$POSTGRES_USER" "$@"; }
PGUSER=$POSTGRES_USER pg_ctl --pgdata="$PGDATA" --wait --options="-c listen_addresses='' -p 5432" start
if [[ $POSTGRES_DB != postgres ]]; then
  run_psql --dbname=postgres --set=name="$POSTGRES_DB" <<<'CREATE DATABASE :"name";'
fi
for script in /docker-entrypoint-initdb.d/*; do
  case $script in
    *.sql) note "running $script"; run_psql --dbname="$POSTGRES_DB" --file="$script" ;;
    *.sh) note "running $script"; bash "$script" ;;
    *) note "ignoring $script" ;;
  esac
done
PGUSER=$POSTGRES_USER pg_ctl --pgdata="$PGDATA" --mode=fast --wait stop
unset PGPASSWORD
note "PostgreSQL init process complete; ready for start up."
exec "$@"
