#!/usr/bin/env bash
# A run on a tape behind s3:// and behind http:// gives what the same tape in a folder gives, and only the bytes it needs
# come over the line: the servers count them. Needs Python, and moto from its registry for S3.
# Skips with a word where they cannot be had, except in CI, where that is a failure.
#
# usage: remote.sh [PROGRAM], which is built where none is given
set -euo pipefail
cd "$(dirname "$0")/.."

skip() {
  echo "skipped: $1; no tape was read over the network"
  if [ -n "${CI:-}" ]; then exit 1; fi
  exit 0
}

fail() {
  echo "failed: $1" >&2
  exit 1
}

work="$(mktemp -d)"
servers=()
cleanup() {
  for server in ${servers[@]+"${servers[@]}"}; do kill "$server" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT

command -v python3 >/dev/null || skip "no python3"
python3 -m venv "$work/venv" 2>/dev/null || skip "python3 has no venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check -r tests/remote.txt ||
  skip "moto could not be installed"
python="$work/venv/bin/python"

program="${1:-}"
if [ -z "$program" ]; then
  cargo build --release --locked --quiet
  program="${CARGO_TARGET_DIR:-target}/release/stormproof"
fi

cp -r data "$work/tape"
"$program" tape manifest --tape "$work/tape"
whole=$(find "$work/tape" -name '*.parquet' -printf '%s\n' | awk '{sum += $1} END {print sum}')

free_port() { "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# start SCRIPT ARGUMENTS…: in the background, until it says that it is ready
start() {
  local said="$work/said.${#servers[@]}"
  "$python" "$@" >"$said" 2>"$said.err" &
  servers+=($!)
  for _ in $(seq 300); do
    if grep -q ready "$said"; then return; fi
    kill -0 "${servers[-1]}" 2>/dev/null || { cat "$said.err" >&2; fail "$1 did not start"; }
    sleep 0.2
  done
  cat "$said.err" >&2
  fail "$1 was not ready in a minute"
}

fetch() { "$python" -c 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode())' "$1"; }

# results FOLDER: all that a run wrote, but for the tape's name
results() {
  "$python" -c '
import hashlib, json, pathlib, sys
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    data = path.read_bytes()
    if path.name == "run.json":
        document = json.loads(data)
        document["tape"]["name"] = None
        data = json.dumps(document).encode()
    print(path.name, hashlib.sha256(data).hexdigest())' "$1"
}

"$program" run mean-reversion --quiet --tape "$work/tape" --out "$work/local" >/dev/null
results "$work/local" >"$work/local.sums"
"$program" tape list --format json --tape "$work/tape" | grep -v '"tape":' >"$work/local.list"

# compare NAME URL COUNTER
compare() {
  fetch "$3" >/dev/null
  "$program" tape list --format json --tape "$2" | grep -v '"tape":' | diff - "$work/local.list" >/dev/null ||
    fail "$1: the listing differs from the folder's"
  read -r sent requests <<<"$(fetch "$3")"
  echo "$1: tape list fetched $sent of $whole bytes in $requests requests"
  [ "$sent" -lt $((whole / 8)) ] || fail "$1: too much for a listing"
  "$program" run mean-reversion --quiet --tape "$2" --out "$work/$1" >/dev/null
  read -r sent requests <<<"$(fetch "$3")"
  echo "$1: run fetched $sent of $whole bytes in $requests requests"
  [ "$sent" -lt $((whole / 8)) ] || fail "$1: too much for a run on daily bars"
  results "$work/$1" | diff - "$work/local.sums" || fail "$1: the results differ from the folder's"
}

# refused WORDS ARGUMENTS…: exit code 2 and these words, soon
refused() {
  local words="$1" code=0
  shift
  timeout 60 "$program" "$@" >/dev/null 2>"$work/refused" || code=$?
  [ "$code" = 2 ] || { cat "$work/refused" >&2; fail "$*: exit code $code, expected 2"; }
  # The terminal's line breaks are not the message's.
  tr -s ' \n│' ' ' <"$work/refused" | grep -q "$words" || { cat "$work/refused" >&2; fail "$*: did not say \"$words\""; }
}

http_port=$(free_port)
start tests/remote_http.py "$http_port" "$work"
compare http "http://127.0.0.1:$http_port/tape" "http://127.0.0.1:$http_port/__sent"

s3_port=$(free_port)
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1
export AWS_ENDPOINT_URL="http://127.0.0.1:$s3_port"
start tests/remote_s3.py "$s3_port" data tapes some/prefix
compare s3 s3://tapes/some/prefix "http://127.0.0.1:$s3_port/__sent"

refused "there is nothing there" tape list --tape s3://no-such-bucket/x
refused "no object below it" tape list --tape s3://tapes/nowhere
refused "a remote tape is only read" tape synth --seed 1 --tape s3://tapes/new
refused "a remote tape is only read" tape manifest --tape s3://tapes/some/prefix
refused "no scheme of a remote tape" run mean-reversion --tape ftp://host/tape
refused "tape manifest" tape list --tape "http://127.0.0.1:$http_port/elsewhere"
AWS_ENDPOINT_URL="http://127.0.0.1:$(free_port)" refused "check the network" tape list --tape s3://tapes/some/prefix

echo "ok: remote tapes read as the folder does"
