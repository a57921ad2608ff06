#!/usr/bin/env bash
# Plays the operator of an upgrade that goes wrong, against a server that runs (./pawl dev): a step fails, is retried, fails
# again and is set successful by hand; the run is paused, continued, fails a third time and is aborted. In the end each file
# of the cluster must be what it was at first; if not, this says which is not, and exits with 1.
#
#     examples/cluster-upgrade.sh [DIRECTORY]
#
# DIRECTORY, a new one under the temporary directory when absent, must be reachable by the worker under the same name.
# PAWL is the launcher (the one beside examples/ when unset), PAWL_ADDRESS the server.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pawl=${PAWL:-$here/../pawl}
definition=$here/cluster-upgrade.yaml
# No step takes a second; whoever waits longer than this waits for nothing.
patience=120

say() { printf '\n== %s\n' "$*"; }

fail() {
  printf 'error: %s\n' "$*" >&2
  echo "What is left of it is in $directory." >&2
  exit 1
}

if (($# > 0)); then
  mkdir -p "$1"
  directory=$(cd "$1" && pwd)
  [[ -z $(ls -A "$directory") ]] || {
    echo "error: $directory is not empty; name a directory that is, or none." >&2
    exit 2
  }
else
  directory=$(mktemp -d)
fi

# A cluster of three zones that run 4.3.4.
make_cluster() (
  mkdir -p "$directory"/{faults,gates} "$directory/cluster/packages"
  cd "$directory/cluster"
  echo 4.3.4 >version
  echo on >balancer
  for zone in z1 z2 z3; do
    mkdir -p $zone/{bin,etc}
    printf '#!/bin/sh\necho "server 4.3.4"\n' >$zone/bin/server
    chmod 755 $zone/bin/server
    printf 'zone = %s\nversion = 4.3.4\nmemory = 64G\n' $zone >$zone/etc/server.conf
    chmod 640 $zone/etc/server.conf
    echo 'running 4.3.4' >$zone/service
    echo in >$zone/traffic
  done
)

# Every path with its kind and mode, and the checksum of every file.
fingerprint() {
  (cd "$directory/cluster" && find . -printf '%y %m %p\n' | sort -k3 && find . -type f -exec sha256sum {} + | sort -k2)
}

# Waits until the run has ended, which must be with this exit code of `pawl run wait`.
must_end() { # exit code, its meaning
  local code=0
  "$pawl" run wait "$run" --timeout ${patience}s || code=$?
  ((code == $1)) || fail "the run should have ended $2: pawl run wait gave $code"
}

# Waits until the run comes, or came, into a state that it does not end in.
must_become() { # state
  timeout $patience "$pawl" events watch --run "$run" --kind run --from beginning --filter "state = \"$1\"" --limit 1 ||
    fail "the run did not become $1"
}

# Names of the steps that did this, as often as they did it.
steps_that() { # began or undid, trail
  [[ ! -f $2 ]] || awk -v did="$1" '$1 == did { print $2 }' "$2"
}

# Fails unless what began was undone, once each, and whoever needed a step before that step.
check_undo() {
  local began undone
  began=$(steps_that began "$directory/trail.forward" | sort -u)
  undone=$(steps_that undid "$directory/trail" | sort)
  [[ $began == "$undone" ]] || {
    diff <(echo "$began") <(echo "$undone") >&2 || true
    fail "what began (<) is not what was undone (>)"
  }
  # The definition's own lines `name:` and `needs:` say who needs whom.
  awk '/^    - name: / { step = $3 }
       /^      needs: / { gsub(/[][,]/, " "); for (i = 2; i <= NF; i++) print step, $i }' "$definition" >"$directory/needs"
  awk 'NR == FNR { if ($1 == "undid") at[$2] = FNR; next }
       ($1 in at) && ($2 in at) && at[$1] > at[$2] { print $2 " was undone before " $1 ", which needs it"; wrong = 1 }
       END { exit wrong }' "$directory/trail" "$directory/needs" >&2 || fail "the undo was out of order"
}

say "a cluster of three zones that run 4.3.4, in $directory/cluster"
make_cluster
fingerprint >"$directory/before"
"$pawl" workflow apply -f "$definition"

say "the upgrade to 4.3.5 begins; the server of z2 will not come up"
echo 'the server of z2 does not answer on its port' >"$directory/faults/start-z2"
run=$("$pawl" run start cluster-upgrade --param "directory=$directory" --param version=4.3.5 --reason 'quarterly upgrade' -q)
must_end 10 FAILED
"$pawl" step logs "$run/start-z2"

say "start-z2 is retried, after a look at what that would do: what it did is undone, then it is done again"
"$pawl" step retry "$run/start-z2" --dry-run
"$pawl" step retry "$run/start-z2" --reason 'perhaps it was slow'
must_end 10 'FAILED again'
(($(steps_that began "$directory/trail" | grep -cx start-z2) == 2)) || fail "start-z2 was not tried twice"

say "the operator starts the server of z2 by hand, and says so: start-z2 counts as successful and the run goes on"
echo 'running 4.3.5' >"$directory/cluster/z2/service"
echo in >"$directory/cluster/z2/traffic"
mkfifo "$directory/gates/drain-z3.here" "$directory/gates/drain-z3.go"
echo 'the disk of z3 is full' >"$directory/faults/swap-z3"
"$pawl" step pass "$run/start-z2" --yes --reason 'started by hand'

say "clients of z3 are still connected: the run is paused while drain-z3 waits for them"
timeout $patience cat "$directory/gates/drain-z3.here" || fail "drain-z3 did not begin"
"$pawl" run pause "$run" --reason 'clients of z3 are still connected'
timeout $patience sh -c 'echo "go on" >"$1"' sh "$directory/gates/drain-z3.go" || fail "drain-z3 does not listen"
must_become PAUSED
[[ -z $(steps_that began "$directory/trail" | grep -x stop-z3) ]] || fail "stop-z3 began while the run was paused"

say "the clients are gone: the run continues, and fails a third time"
"$pawl" run continue "$run" --reason 'the clients are gone'
must_end 10 'FAILED a third time'
"$pawl" step list "$run"

say "enough: all of it is taken back, last steps first, start-z2 included"
# What is undone from here on is told apart from the undo before the retry.
mv "$directory/trail" "$directory/trail.forward"
"$pawl" run rollback "$run" --dry-run
"$pawl" run rollback "$run" --yes --reason 'z3 needs a larger disk first'
must_end 11 ROLLED_BACK

check_undo
fingerprint >"$directory/after"
diff "$directory/before" "$directory/after" >&2 || fail "the cluster is not what it was before (<), but something else (>)"
say "every file of the cluster is what it was: $(steps_that undid "$directory/trail" | wc -l) steps were undone, in this order"
steps_that undid "$directory/trail"
(($# > 0)) || rm -rf "$directory"
