/** Secrets that the site gives: which count as set, and which a run is refused without. */
import { expect, test } from "vitest";
import type { ServiceName, UserName } from "../../src/model/names.ts";
import type { SuppliedFact, SuppliedSecret } from "../../src/model/supplied.ts";
import { chooseSupplied } from "../../src/plan/choose-supplied.ts";

const KEY = "app-user/app-token";
const at = { file: "services/app.yaml", line: 4, column: 3, path: "secrets.token" };

function secret(optional: boolean): SuppliedSecret {
  const names = { service: "app" as ServiceName, user: "app-user" as UserName, name: "app-token", title: "app/token" };
  return { ...names, description: "a licence", optional, at };
}

const fact = (...where: readonly (keyof SuppliedFact)[]): SuppliedFact => {
  const keys = (name: keyof SuppliedFact) => (where.includes(name) ? [KEY] : []);
  return { stored: keys("stored"), waiting: keys("waiting"), recorded: keys("recorded") };
};

const MISSING = "app/token has no value yet, and only you can give it: a licence";
const GONE = "the value of app/token is gone: it was set, and podman of app-user does not have it any more";

test.each<[string, boolean, SuppliedFact, readonly string[], boolean, readonly string[]]>([
  ["optional, never set", true, fact(), [], false, []],
  ["needed, never set", false, fact(), [], false, [MISSING]],
  ["waiting for its first run", false, fact("waiting"), [], true, []],
  ["stored", false, fact("stored", "recorded"), [], true, []],
  ["optional, and podman lost it", true, fact("recorded"), [], false, [GONE]],
  ["needed, and podman lost it", false, fact("recorded"), [], false, [GONE]],
  ["lost, and given again", true, fact("recorded", "waiting"), [], true, []],
  ["about to be unset", true, fact("stored", "recorded"), [KEY], false, []],
  ["lost, and about to be unset", true, fact("recorded"), [KEY], false, []],
])("%s", (_, optional, seen, unset, isGiven, says) => {
  const { given, findings } = chooseSupplied([secret(optional)], seen, unset);
  expect(given.has(KEY)).toBe(isGiven);
  expect(findings.map((finding) => finding.message)).toEqual(says);
  for (const finding of findings) expect(finding).toMatchObject({ at, hint: expect.stringContaining("set app/token") });
});

test("a lost one that its service can do without has a way to go on", () => {
  const hintFor = (optional: boolean) => chooseSupplied([secret(optional)], fact("recorded")).findings[0]?.hint;
  expect(hintFor(true)).toContain("sudo install-quadlets secrets unset app/token");
  expect(hintFor(false)).not.toContain("unset");
});
