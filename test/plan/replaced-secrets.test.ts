/** Which secrets count as replaced by somebody else, and what the record says of them after a run. */
import { expect, test } from "vitest";
import { idsAfter, wasReplaced } from "../../src/plan/replaced-secrets.ts";
import { parseApplied } from "../../src/record/applied.ts";
import desired from "./site.ts";

const [secret] = desired.secrets;
if (secret === undefined) throw new Error("the site has no secret");
const KEY = `${secret.user}/${secret.name}`;

function facts(recorded: string | undefined, now: string | undefined, due = false) {
  return {
    applied: {
      ...parseApplied('{"version": 2}'),
      secretIds: recorded === undefined ? {} : { [KEY]: recorded },
      secretsDue: due ? { [KEY]: "rotate" as const } : {},
    },
    secretIds: new Map([[secret?.user as never, new Map(now === undefined ? [] : [[secret?.name ?? "", now]])]]),
  };
}

test.each<[string, string | undefined, string | undefined, boolean, boolean]>([
  ["the same id", "1", "1", false, false],
  ["another one", "1", "2", false, true],
  ["none recorded", undefined, "2", false, false],
  ["podman did not tell it", "1", undefined, false, false],
  ["one that a cut-off run was to make anew", "1", "2", true, false],
])("%s", (_, recorded, now, due, is) => {
  expect(wasReplaced(secret, facts(recorded, now, due))).toBe(is);
});

test("after a run the record has the ids of now, and of what was left as it is those of then", () => {
  const aside = [{ service: secret.service, user: secret.user, reason: "broken" }];
  expect(idsAfter([secret], facts("1", "2"), [])).toEqual({ [KEY]: "2" });
  expect(idsAfter([secret], facts("1", "2"), aside)).toEqual({ [KEY]: "1" });
  expect(idsAfter([secret], facts("1", undefined), [])).toEqual({});
  expect(idsAfter([], facts("1", "2"), [])).toEqual({});
});
