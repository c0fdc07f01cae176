#!/usr/bin/env bash
# HTML reports in a headless Chromium: drawn, sorted, filtered, printed, and asking no network for anything.
# Skips with a word where Python or a browser cannot be had, except in CI, where that is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

skip() {
  echo "skipped: $1; the reports were not looked at in a browser"
  if [ -n "${CI:-}" ]; then exit 1; fi
  exit 0
}

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

command -v python3 >/dev/null || skip "no python3"
python3 -m venv "$work/venv" 2>/dev/null || skip "python3 has no venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check -r tests/report_in_browser.txt ||
  skip "playwright could not be installed"

browser="$(command -v chromium || command -v chromium-browser || true)"
if [ -z "$browser" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  apt-get update -qq && apt-get install -y -qq chromium >/dev/null || true
  browser="$(command -v chromium || true)"
fi
if [ -z "$browser" ]; then
  "$work/venv/bin/playwright" install --with-deps chromium >/dev/null || skip "no chromium"
fi

stormproof() {
  if [ -n "${STORMPROOF:-}" ]; then
    "$STORMPROOF" "$@"
  else
    cargo run --release --locked --quiet -- "$@"
  fi
}

run() { stormproof run "$@" --quiet >/dev/null; }
run scenarios/mean-reversion.toml --out "$work/a" --report "$work/run.html"
run scenarios/mean-reversion.toml --set exit.target_atr=3 --out "$work/b"
run iron-condor --report "$work/options.html"
stormproof report "$work/a" "$work/b" --out "$work/two.html" --quiet
# Every lower close is a setup: as many trades as the tape's years give.
run scenarios/mean-reversion.toml --from 2017-01-03 --to 2023-12-29 --set entry.declines=1 --set entry.min_decline=0.0 \
  --report "$work/big.html"
sed 's|^name = .*|name = "</script><script>window.ran=1</script><img src=x onerror=window.ran=1>"|' scenarios/mean-reversion.toml >"$work/hostile.toml"
run "$work/hostile.toml" --report "$work/hostile.html"
# A regime's name may be a story.
long="$(printf 'ever-so-long-%.0s' {1..60})"
mkdir "$work/long"
cp scenarios/mean-reversion.toml "$work/long/plan.toml"
printf '["%s"]\nfrom = 2018-10-01\nto = 2018-12-31\nstorm = "long"\n' "$long" >"$work/long/regimes.toml"
run "$work/long/plan.toml" --regimes "$long" --report "$work/long.html"
vary=(--vary exit.target_atr=1..3:0.5 --vary entry.declines=2..4 --vary exit.stop_atr=1..2:0.5 --quiet)
stormproof sweep mean-reversion "${vary[@]}" --out "$work/s" --report "$work/sweep.html" >/dev/null
stormproof walk-forward mean-reversion "${vary[@]}" --folds 6 --report "$work/forward.html" >/dev/null

BROWSER="$browser" "$work/venv/bin/python" tests/report_in_browser.py "$work"
