# Shortcuts for contributors (https://just.systems). `just` is optional: each recipe can be run by hand, and `.ci/run`
# runs all checks without it. `make` is SAM's: see the Makefile.

# What `just test` and `just lint` build: `just features="--features lambda" test` omits `rooms` and the AWS SDK.
features := "--all-features"

_list:
    @"{{ just_executable() }}" --list --unsorted

# Run the tests; `just test matching` runs those whose names contain it.
test *args:
    cargo test --locked {{ features }} {{ args }}

# Check format and lints of the package.
lint:
    cargo fmt --check
    cargo clippy --locked --all-targets {{ features }} -- -D warnings

# Every changed line of a transcript loses its `[..]`: restore them where time or memory is printed.

# Update transcripts and snapshots with the current output; read `git diff` before you commit it.
bless:
    TRYCMD=overwrite UPDATE_SNAPSHOTS=1 cargo test --locked --all-features
    git --no-pager diff --stat

# Measure reviews (benches/README.md); `just bench review mixed` only the groups whose names contain it.
bench name="review" *args:
    cargo bench --locked --no-default-features --features lambda --bench {{ name }} -- {{ args }}

# Fuzz a target for some seconds; needs nightly, a C++ compiler and cargo-fuzz (fuzz/README.md).
fuzz target="reviews" seconds="60" *args:
    cargo run --locked --manifest-path fuzz/Cargo.toml --no-default-features --example seeds
    cargo +nightly fuzz run -s none -a {{ target }} -- -dict=fuzz/dictionary -max_len=4096 -timeout=2 -max_total_time={{ seconds }} {{ args }}

# Build what is deployed and invoke it with a sample event; needs the SAM CLI and Docker.
sam event="events/masked.json":
    sam build
    sam local invoke -e {{ event }}

# Run all checks, as CI does; `just ci --all` also runs those that take minutes longer.
ci *args:
    .ci/run {{ args }}
