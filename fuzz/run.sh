#!/usr/bin/env bash
# Fuzzes every target for SECONDS each (default 30), on the stable toolchain, from the committed seeds.
# What it finds beyond them goes to fuzz/corpus-work, which is not committed; a crash leaves its input in fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")"

seconds="${1:-30}"

command -v cargo-fuzz >/dev/null || cargo install cargo-fuzz --locked --quiet

# libFuzzer's coverage flags are unstable ones; this lets the stable compiler take them. No sanitizer: there is no unsafe.
export RUSTC_BOOTSTRAP=1
for target in $(cd .. && cargo fuzz list --fuzz-dir fuzz); do
  mkdir -p "corpus-work/$target" "seeds/$target"
  echo "== $target, $seconds s"
  (cd .. && cargo fuzz run --fuzz-dir fuzz --release -s none "$target" "fuzz/corpus-work/$target" "fuzz/seeds/$target" -- \
    -max_total_time="$seconds" -rss_limit_mb=4096 -timeout=10 -print_final_stats=0 -verbosity=0)
done
