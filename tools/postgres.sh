#!/usr/bin/env bash
# A real PostgreSQL 17 with pgvector for the tests, in a Debian root of its own: nothing of it touches the machine's
# packages (but debootstrap), and the machine's own PostgreSQL, if any, plays no part.
#
#   tools/postgres.sh start|stop|status [DIR]
#
# start   builds DIR on first use (about a minute), starts the server on a free port of 127.0.0.1,
#         and prints DATABASE_URL=… as its last line. A server that runs already keeps its port and URL.
# stop    shuts it down; DIR stays for the next start.
# status  prints the same line and exits 0 while the server runs, exits 3 otherwise.
#
# DIR defaults to ${XDG_CACHE_HOME:-~/.cache}/malgil/postgres-17. To be rid of it: stop, then remove the folder.
set -euo pipefail

# Continuous integration may start this without standard streams; the first file opened would become one of them.
(: 3<&0) 2>/dev/null || exec </dev/null
(: 3>&1) 2>/dev/null || exec >/dev/null
(: 3>&2) 2>/dev/null || exec 2>/dev/null

PATH=$PATH:/usr/sbin:/sbin
# The server's own user must be able to read the root that root builds.
umask 022
VERSION=17
SUITE=trixie
BIN=/usr/lib/postgresql/$VERSION/bin
# Inside DIR.
DATA=/var/lib/postgresql/malgil
LOG=/var/log/postgresql/malgil.log
PASSWORD=/etc/malgil-password
PORT_ATTEMPTS=20

main() {
  local command=${1:-} dir=${2:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/malgil/postgres-$VERSION}
  case $command in
    start | stop | status) ;;
    *) fail "Usage: tools/postgres.sh start|stop|status [DIR]" ;;
  esac
  [[ $(id -u) == 0 ]] ||
    fail "Only root can build and enter a chroot; set DATABASE_URL to a PostgreSQL 15 or later with pgvector instead."
  dir=$(realpath -m -- "$dir")
  "$command" "$dir"
}

start() {
  local dir=$1
  mkdir -p "$(dirname "$dir")"
  # Two starts at once wait for each other.
  exec 9>"$dir.lock"
  flock 9
  is_built "$dir" || build "$dir"
  is_running "$dir" || launch "$dir"
  print_url "$dir"
}

stop() {
  local dir=$1
  is_built "$dir" && is_running "$dir" || return 0
  as_postgres "$dir" "$BIN/pg_ctl" stop -D "$DATA" -m fast -w -s
}

status() {
  local dir=$1
  if is_built "$dir" && is_running "$dir"; then
    print_url "$dir"
  else
    say "PostgreSQL is not running in $dir."
    exit 3
  fi
}

# The folder gets its name only when it is complete, so an interrupted build is never mistaken for a whole one.
is_built() { [[ -f $1$PASSWORD ]]; }

build() {
  local dir=$1 building=$1.building log=$1.log
  [[ ! -e $dir ]] || fail "$dir exists but holds no PostgreSQL made by this script; name another folder or remove it."
  need_debootstrap
  discard "$building"
  say "Building PostgreSQL $VERSION with pgvector in $dir (once, about a minute)"
  debootstrap --variant=minbase --include="postgresql-$VERSION,postgresql-$VERSION-pgvector" \
    "$SUITE" "$building" >"$log" 2>&1 9>&- || fail "debootstrap failed: $(tail -n 1 "$log") The whole output is in $log."
  chroot "$building" apt-get clean
  create_cluster "$building" >>"$log" 2>&1 || fail "initdb failed; its output is in $log."
  mv "$building" "$dir"
  rm -f "$log"
}

need_debootstrap() {
  ! command -v debootstrap >/dev/null || return 0
  [[ -f /etc/debian_version ]] ||
    fail "debootstrap is missing; install it, or set DATABASE_URL to a PostgreSQL 15 or later with pgvector instead."
  say "Installing debootstrap with apt-get"
  local output
  output=$(apt_get update -qq && apt_get install -y -qq --no-install-recommends debootstrap debian-archive-keyring) ||
    fail "$output"$'\n'"apt-get could not install debootstrap; install it by hand and run this again."
}

apt_get() { DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$@" </dev/null 2>&1 9>&-; }

# debootstrap mounts proc and sys while it works and leaves them when it is killed; removing those would be fatal.
discard() {
  local building=$1 mounted
  for mounted in proc sys; do
    ! mountpoint -q "$building/$mounted" || umount "$building/$mounted"
  done
  rm -rf --one-file-system "$building"
}

# fsync stays on, as in production. A password, because any user of the machine reaches 127.0.0.1.
# The password file moves to its place last: it is what says that the root is complete.
create_cluster() {
  local root=$1
  # minbase leaves the folder for shared memory to root; the server makes its segments there.
  chmod 1777 "$root/dev/shm"
  (umask 077 && od -An -N18 -tx1 /dev/urandom | tr -d ' \n' >"$root/etc/malgil-password.new")
  chroot "$root" chown postgres "/etc/malgil-password.new"
  as_postgres "$root" "$BIN/initdb" -D "$DATA" --username=postgres --pwfile=/etc/malgil-password.new \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 || return 1
  cat >>"$root$DATA/postgresql.conf" <<-'CONF'
	listen_addresses = '127.0.0.1'
	unix_socket_directories = ''
	max_connections = 100
	timezone = 'UTC'
	log_timezone = 'UTC'
	CONF
  mv "$root/etc/malgil-password.new" "$root$PASSWORD"
}

# The server outlives whoever started it, so it keeps none of its open files: a pipe held open would be waited on for ever.
launch_detached() (
  local dir=$1 port=$2 descriptor
  for descriptor in /proc/"$BASHPID"/fd/*; do
    descriptor=${descriptor##*/}
    ((descriptor <= 2)) || eval "exec $descriptor>&-"
  done
  as_postgres "$dir" "$BIN/pg_ctl" start -D "$DATA" -l "$LOG" -o "-p $port" -w -s >/dev/null 2>&1
)

# No port can be reserved for a server that is yet to start, so a port taken in between costs another attempt.
launch() {
  local dir=$1 port attempt
  for ((attempt = 1; attempt <= PORT_ATTEMPTS; attempt += 1)); do
    port=$((20000 + RANDOM % 12000))
    ! is_listening "$port" || continue
    rm -f "$dir$LOG"
    ! launch_detached "$dir" "$port" || return 0
    grep -q 'could not bind' "$dir$LOG" || break
  done
  fail "PostgreSQL did not start: $(tail -n 3 "$dir$LOG" 2>/dev/null)"
}

is_listening() { (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The process alone is no proof: a killed server that nobody has reaped yet still has one.
is_running() {
  as_postgres "$1" "$BIN/pg_ctl" status -D "$DATA" >/dev/null 2>&1 && is_listening "$(port_of "$1")"
}

# Lines of postmaster.pid: process, data directory, start time, port, …
port_of() { sed -n 4p "$1$DATA/postmaster.pid"; }

print_url() {
  printf 'DATABASE_URL=postgres://postgres:%s@127.0.0.1:%s/postgres\n' "$(<"$1$PASSWORD")" "$(port_of "$1")"
}

as_postgres() {
  local dir=$1
  shift
  chroot --userspec=postgres:postgres "$dir" /usr/bin/env -i PATH=/usr/bin:/bin LANG=C.UTF-8 "$@" </dev/null
}

say() { printf '%s\n' "$1" >&2; }

fail() {
  say "$1"
  exit 1
}

main "$@"
