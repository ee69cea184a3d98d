# Counts checks and tests, for scripts/test and scripts/soak.
# shellcheck shell=bash
passed=0
failed=0
unsteady=()
begun=$(date +%s)
results=$(mktemp -d)
# What still runs beside, where somebody stops the whole, is stopped as well.
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$results"' EXIT

# One check counts as one test.
check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    printf 'ok: %s\n' "$name"
  else
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$name"
  fi
}

# project NAME [FILTER...]: a project of vitest counts its tests; one that ends without counting (it could not start)
# counts as one failure. A file of the lab that fails is run once more, on a fresh lab.
project() {
  vitest "$1" "$results/$1.json" "${@:2}"
  settle "$1"
}

# beside NAME: begins a project while other things are done; `joined NAME` shows what it says from the beginning, and counts.
beside() {
  vitest "$1" "$results/$1.json" >"$results/$1.log" 2>&1 &
  aside=$!
}

joined() {
  tail --pid="$aside" --lines=+1 --follow "$results/$1.log"
  settle "$1"
}

# settle NAME: counts a project that has run
settle() {
  local name=$1 reports=("$results/$1.json") counts lines files=()
  if [ "$name" != unit ]; then mapfile -t files < <(node scripts/results.mjs failed "${reports[0]}"); fi
  if [ "${#files[@]}" -gt 0 ]; then
    printf 'once more, on a fresh lab: %s\n' "${files[*]}"
    reports+=("$results/$name-again.json")
    vitest "$name" "${reports[1]}" "${files[@]}"
    mapfile -t lines < <(node scripts/results.mjs unsteady "${reports[@]}")
    unsteady+=("${lines[@]}")
  fi
  if counts=$(node scripts/results.mjs count "${reports[@]}"); then
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
  else
    failed=$((failed + 1))
    printf 'FAILED: the %s tests did not run\n' "$name"
  fi
}

# vitest PROJECT REPORT [FILTER...]
vitest() {
  local name=$1 report=$2
  shift 2
  npx vitest run --project "$name" "$@" --reporter=default --reporter=json --outputFile.json="$report"
}

dependencies() {
  if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm ci --no-audit --no-fund || { echo "0 passed, 1 failed"; exit 1; }
  fi
}

# What was tested: "COMMIT" of a clean tree, "COMMIT+" of one with changes.
tree() {
  printf '%s%s' "$(git rev-parse HEAD 2>/dev/null)" "$([ -z "$(git status --porcelain 2>&1)" ] || echo +)"
}

# record TREE: leaves word of a whole run in node_modules/.cache/gate.json; TREE is what it was at its beginning.
record() {
  local clean=false
  if [ "$1" = "$(tree)" ] && [ "${1%+}" = "$1" ]; then clean=true; fi
  mkdir -p node_modules/.cache
  printf '{ "commit": "%s", "clean": %s, "passed": %s, "failed": %s, "unsteady": %s, "seconds": %s }\n' \
    "${1%+}" "$clean" "$passed" "$failed" "${#unsteady[@]}" "$(($(date +%s) - begun))" >node_modules/.cache/gate.json
}

# What passed only when it was run once more, then the last line, and the exit code.
finish() {
  [ "${#unsteady[@]}" = 0 ] || printf '%s\n' "${unsteady[@]}"
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}
