# The daily commands. `just` lists them.

default:
    @just --list

# Build the binary.
build:
    cargo build --release

# The main job on the embedded tape.
run scenario="scenarios/mean-reversion.toml" *flags:
    cargo run --release --quiet -- run {{scenario}} {{flags}}

# All tests.
test:
    cargo test --workspace

# What CI checks before the tests.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Everything CI does.
ci:
    bash .ci/run

# Benchmarks: all, or one by name (replay, parquet, indicators, startup).
bench name="":
    cargo bench {{ if name == "" { "" } else { "--bench " + name } }}

# Fuzz every parser for some seconds each.
fuzz seconds="30":
    bash fuzz/run.sh {{seconds}}

# Make the embedded tape again; a test holds the committed files to these bytes.
data:
    cargo run --release --quiet -p tape --example embed -- data
