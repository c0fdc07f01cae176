#!/usr/bin/env bash
# DuckDB and Polars open the tape and a run's results as they are: no reader of ours, no conversion.
# Skips with a word where Python or the packages cannot be had, except in CI, where that is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

skip() {
  echo "skipped: $1; the files were not opened elsewhere"
  if [ -n "${CI:-}" ]; then exit 1; fi
  exit 0
}

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

command -v python3 >/dev/null || skip "no python3"
python3 -m venv "$work/venv" 2>/dev/null || skip "python3 has no venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check -r tests/open_elsewhere.txt ||
  skip "duckdb and polars could not be installed"

cargo run --release --locked --quiet -- run scenarios/mean-reversion.toml --quiet --out "$work/results" >/dev/null
"$work/venv/bin/python" tests/open_elsewhere.py data "$work/results"
"$work/venv/bin/python" tests/open_elsewhere.py --every data

real="${STORMPROOF_REAL_TAPE:-../shared/tape}"
if [ -f "$real/daily/IWM.csv" ]; then
  cargo run --release --locked --quiet -- tape import "$real" --tape "$work/tape" --quiet >/dev/null
  "$work/venv/bin/python" tests/open_elsewhere.py --every "$work/tape"
else
  echo "skipped: no real tape; set STORMPROOF_REAL_TAPE to its folder, or put it at ../shared/tape"
fi
