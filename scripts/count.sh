# Counts checks and tests, for scripts/test and scripts/soak.
# shellcheck shell=bash
passed=0
failed=0
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

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
# counts as one failure.
project() {
  local name=$1 file="$results/$1.json" counts
  shift
  npx vitest run --project "$name" "$@" --reporter=default --reporter=json --outputFile.json="$file"
  if counts=$(node -e '
    const r = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    const broken = r.testResults.filter((f) => f.status === "failed" && f.assertionResults.every((a) => a.status !== "failed"));
    if (r.numTotalTests === 0) process.exit(1);
    console.log(r.numPassedTests, r.numFailedTests + r.numPendingTests + broken.length);
  ' "$file" 2>/dev/null); then
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
  else
    failed=$((failed + 1))
    printf 'FAILED: the %s tests did not run\n' "$name"
  fi
}

dependencies() {
  if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm ci --no-audit --no-fund || { echo "0 passed, 1 failed"; exit 1; }
  fi
}

# The last line, and the exit code.
finish() {
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}
