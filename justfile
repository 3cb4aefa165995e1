# Everything the gate runs.
ci:
    bash .ci/run

fmt:
    cargo fmt --all

lint:
    cargo clippy --workspace --all-targets -- -D warnings

test:
    cargo test --workspace

docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Rewrites generated files: schemas and expected outputs.
gen:
    UPDATE_EXPECT=1 cargo test --test it

fuzz target="read" seconds="60":
    RUSTC_BOOTSTRAP=1 cargo fuzz run {{target}} -- -max_total_time={{seconds}}

# Times of the engine; `just ratios` compares it with others, `just instr` counts instructions.
bench:
    cargo bench --bench mapping

# Events a second of `mapwright serve`, its memory and its start.
bench-host *options:
    cargo bench --bench host -- {{options}}

instr:
    cargo xtask instr

ratios *options:
    cargo xtask ratios {{options}}
