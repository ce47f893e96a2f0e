# The recipes of the project; `just` alone lists them.

_list:
    @{{ just_executable() }} --list --unsorted

# All that must hold before a change is accepted: what CI runs
check:
    .ci/run

# All tests
test:
    cargo test

# The tests of the core alone: no data frames, no command line
core:
    cargo test --no-default-features

# It ends with 1, because some events have no final result; what git shows afterwards is a change of
# the sample report.
# The default report, in reports/nvda-ai-shock
report *ARGS:
    cargo build --profile quick
    ./target/quick/shockwave report {{ ARGS }} || [ $? -eq 1 ]

# The reference answers: needs the Python packages that tests/reference/README.md names
reference *NAMES:
    cd tests/reference && OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python3 generate.py {{ NAMES }}
    cd tests/reference && python3 check.py {{ NAMES }}

# CONFORMANCE.md anew: what was compared with what, and how far it differed
conformance:
    UPDATE_CONFORMANCE=1 cargo test --no-default-features --test reference conformance

# The documentation of the library
doc:
    cargo doc --no-deps --open

# Notebooks anew, with what they show; PYTHON has the package: pip install "./python[notebooks]"
notebooks PYTHON="python3":
    {{ PYTHON }} notebooks/run.py --write
    python3 notebooks/rust.py --write

# The generated pages of the book anew, and the book in target/book (needs mdBook: cargo install mdbook)
book:
    cargo build --profile quick
    python3 docs/generate.py target/quick/shockwave
    mdbook build docs
