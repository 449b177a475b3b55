#!/usr/bin/env bash
# Measures this harness in a copy of the peers' rig, in the same interleaved rounds as the raw floor and the peers.
#
#   benchmarks/peers.sh RIG [GROUP:ROUNDS …]      default: ui:3 ui2:3 api:5
#
# RIG is the rig's folder (bench.py, contenders/, demo/). RIG_PY is a Python with the peers in it; without it the floor runs
# on this checkout's own and the peers are left out.
set -euo pipefail
rig=${1:?usage: benchmarks/peers.sh RIG [GROUP:ROUNDS …]}
shift
here=$(cd "$(dirname "$0")" && pwd)
ours=$(cd "$here/.." && pwd)/.venv/bin/python
export RIG_PEERS=${RIG_PY:+yes}
export RIG_PY=${RIG_PY:-$ours} NAMERAKA_PY=$ours RIG_UI=${RIG_UI:-20} RIG_API=${RIG_API:-200}
export RIG_BASE=${RIG_BASE:-$(mktemp -d)}

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r "$rig/." "$copy" && chmod -R u+w "$copy"
rm -rf "$copy/features"
cp -r "$here/contender" "$copy/contenders/nameraka"
cd "$copy"
# shellcheck disable=SC1091
source ./env.sh
python3 gen.py base && ./relink.sh
for kind in ui api; do # links that a copy without links has turned into files
    ln -sf ../environment.py "contenders/behave/$kind/environment.py"
    rm -rf "contenders/behave/$kind/steps" && ln -s ../steps "contenders/behave/$kind/steps"
done
python3 "$here/contend.py" contenders.json
for group in "${@:-ui:3 ui2:3 api:5}"; do
    for one in $group; do
        python3 bench.py "${one%:*}" -n "${one#*:}" 2>"$RIG_BASE/${one%:*}.log"
    done
done
