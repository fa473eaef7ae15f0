#!/usr/bin/env bash
# Makes .venv with Python 3.10 and the locked packages. Does nothing when all is in place.
# Usage: scripts/setup.sh LOCKFILE   (requirements.lock, or requirements-dev.lock for tests)
set -euo pipefail
cd "$(dirname "$0")/.."
lock=${1:-requirements.lock}
venv=.venv
stamp=$venv/installed.sha256

say() { printf '%s\n' "$*" >&2; }
fail() { say "legpain: $*"; exit 1; }

runs_3_10() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null; }

# Prints a Python 3.10 that really runs: a pyenv shim may exist and not run.
find_python() {
  local candidate
  for candidate in python3.10 python3 python \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10*/bin/python \
    /usr/local/bin/python3.10 /opt/homebrew/bin/python3.10; do
    candidate=$(command -v "$candidate" 2>/dev/null) || continue
    if runs_3_10 "$candidate"; then printf '%s\n' "$candidate"; return; fi
  done
  if command -v uv >/dev/null; then
    candidate=$(uv python find --no-project 3.10 2>/dev/null) && runs_3_10 "$candidate" \
      && { printf '%s\n' "$candidate"; return; }
    say "No Python 3.10 here; asking uv to download one ..."
    uv python install 3.10 >&2 || return 1
    uv python find --no-project 3.10
    return
  fi
  return 1
}

# The dev lock holds everything of the other one: once it is in, it serves both.
want=$(cat "$lock" pyproject.toml | { sha256sum 2>/dev/null || shasum -a 256; } | cut -d' ' -f1)
dev=$(cat requirements-dev.lock pyproject.toml | { sha256sum 2>/dev/null || shasum -a 256; } | cut -d' ' -f1)
have=$(cat "$stamp" 2>/dev/null || true)
if [ "$have" = "$want" ] || [ "$have" = "$dev" ]; then exit 0; fi

if ! { [ -x $venv/bin/python ] && runs_3_10 $venv/bin/python; }; then
  python=$(find_python) || fail "Python 3.10 was not found. Install it (for example with 'uv python install 3.10' or 'pyenv install 3.10') and run this again."
  say "[1/3] Making $venv with $("$python" --version) ..."
  "$python" -m venv --clear $venv 2>/dev/null || { command -v uv >/dev/null && uv venv --quiet --clear --python "$python" $venv; } \
    || fail "Could not make a virtual environment with $python. On Debian and Ubuntu, install python3.10-venv."
fi

say "[2/3] Installing the packages of $lock (the first time: one to three minutes, about 2.5 GB) ..."
if command -v uv >/dev/null; then
  uv pip sync --quiet --require-hashes --python $venv/bin/python "$lock" \
    || fail "The packages could not be installed. Is there a network? The lines above say more."
  uv pip install --quiet --no-deps --no-build-isolation --python $venv/bin/python --editable . \
    || fail "The project itself could not be installed."
else
  [ -x $venv/bin/pip ] || $venv/bin/python -m ensurepip >/dev/null
  # The lock is whole: pip need not resolve, and with hashes could not, as it has no extras in it.
  $venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$lock" \
    || fail "The packages could not be installed. Is there a network? The lines above say more."
  $venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . \
    || fail "The project itself could not be installed."
fi
printf '%s\n' "$want" > "$stamp"
say "[3/3] Packages are in place."
