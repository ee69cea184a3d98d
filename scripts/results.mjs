// Reads vitest's JSON reports. A file that failed is run once more, and the second run is the one that counts:
//   results.mjs failed FIRST            the files that are to be run again, one a line
//   results.mjs count FIRST [AGAIN]     "PASSED FAILED"
//   results.mjs unsteady FIRST AGAIN    a line for each test that failed and then passed
// What was skipped counts as failed: nothing here is skipped on purpose.
import { readFileSync } from "node:fs";
import { relative } from "node:path";

/** Files of a report by name: their tests, and what went wrong outside of any. */
function read(path) {
  const { testResults } = JSON.parse(readFileSync(path, "utf8"));
  if (testResults.length === 0) throw new Error(`${path} has no tests`);
  return new Map(
    testResults.map(({ name, status, message, assertionResults }) => {
      const tests = assertionResults.map((test) => ({
        name: test.fullName,
        passed: test.status === "passed",
        // One that was left out because a hook failed has no words of its own.
        message: test.failureMessages?.[0] ?? message,
      }));
      const known = tests.some((test) => !test.passed);
      const outside = status === "failed" && !known ? [{ name: "the file itself", passed: false, message }] : [];
      return [relative(process.cwd(), name), [...tests, ...outside]];
    }),
  );
}

const failures = (tests) => tests.filter((test) => !test.passed);

function count(files) {
  const tests = [...files.values()].flat();
  return `${tests.length - failures(tests).length} ${failures(tests).length}`;
}

function unsteady(first, again) {
  return [...again.keys()].flatMap((file) => {
    if (failures(again.get(file)).length > 0) return [];
    const [{ name, message }] = failures(first.get(file) ?? []);
    return [`unsteady: ${file}, ${name}: first failure: ${String(message).split("\n")[0]}`];
  });
}

const [command, firstPath, againPath] = process.argv.slice(2);
const first = read(firstPath);
const again = againPath === undefined ? new Map() : read(againPath);
const answers = {
  failed: () => [...first].filter(([, tests]) => failures(tests).length > 0).map(([file]) => file),
  count: () => [count(new Map([...first, ...again]))],
  unsteady: () => unsteady(first, again),
};
for (const line of answers[command]()) console.log(line);
