/** Which units are replaced side by side, and which with their service, their account or their data. */
import { expect, test } from "vitest";
import type { AccountFact, StateFacts, UnitFact } from "../../src/model/facts.ts";
import type { ServiceName, UserName } from "../../src/model/names.ts";
import type { Draft } from "../../src/model/plan.ts";
import type { DesiredUnit } from "../../src/model/resource.ts";
import { because, planned } from "../../src/plan/change.ts";
import { type Neighbours, sideBySide } from "../../src/plan/side-by-side.ts";

const account = (user: string) => ({ user, uid: 800, gid: 800, home: `/var/lib/${user}` }) as AccountFact;
const FILE = "/etc/containers/systemd/users/800/app.container";
const TWIN = {
  unit: "app-twin.service",
  path: "/etc/containers/systemd/users/800/app-twin.container",
  content: "[Container]\n",
  detour: { user: "proxy-user", container: "proxy", begin: ["begin", "app"], end: ["end", "app"] },
};

const unit = (change: object = {}) =>
  ({
    service: "app",
    user: "app-user",
    unit: "app.service",
    files: [FILE, "/var/lib/app/config/app.yaml"],
    twin: TWIN,
    ...change,
  }) as unknown as DesiredUnit;

const draft = (change: object) =>
  planned("files", "run", "app" as ServiceName, "a change", because("content", ""), change as Draft["change"]);

function neighbours(change: Partial<Neighbours> = {}, active = "active"): Neighbours {
  const fact = { unit: "app.service", active, stopLimitSeconds: 60 } as unknown as UnitFact;
  return {
    facts: { units: new Map([["app-user" as UserName, [fact]]]) } as unknown as Pick<StateFacts, "units">,
    accounts: new Map(["app-user", "proxy-user"].map((user) => [user, account(user)])),
    earlier: [],
    moved: new Set(),
    starting: [],
    ...change,
  };
}

test("with all that it takes to make the second one, to lead round the first, and to end it", () => {
  expect(sideBySide(unit(), neighbours())).toEqual({
    twin: {
      account: account("app-user"),
      unit: TWIN.unit,
      path: TWIN.path,
      stopTimeoutSeconds: 60,
      detour: { account: account("proxy-user"), container: "proxy", begin: ["begin", "app"], end: ["end", "app"] },
    },
    content: TWIN.content,
    alsoBack: true,
  });
});

test("on the way back another unit file has no twin, another file that it reads has", () => {
  const after = (path: string) => [draft({ kind: "file", file: { path } })];
  expect(sideBySide(unit(), neighbours({ earlier: after(FILE) }))?.alsoBack).toBe(false);
  expect(sideBySide(unit(), neighbours({ earlier: after("/var/lib/app/config/app.yaml") }))?.alsoBack).toBe(true);
});

const first = unit();
test.each<[string, DesiredUnit, Neighbours]>([
  ["nobody wants it otherwise", unit({ twin: undefined }), neighbours()],
  ["it does not run", first, neighbours({}, "failed")],
  [
    "the account of the proxy is set aside",
    first,
    neighbours({ accounts: new Map([["app-user", account("app-user")]]) }),
  ],
  ["its data meet another image", first, neighbours({ moved: new Set(["app" as ServiceName]) })],
  ["its database restarts as well", first, neighbours({ starting: [first, unit({ unit: "app-db.service" })] })],
  [
    "its user manager restarts",
    first,
    neighbours({ earlier: [draft({ kind: "manager", account: account("app-user") })] }),
  ],
  ["it gets other ids", first, neighbours({ earlier: [draft({ kind: "subids", account: account("app-user") })] })],
])("in place where %s", (_, wanted, given) => {
  expect(sideBySide(wanted, given)).toBeUndefined();
});

test("what happens to others is none of its business", () => {
  const others = {
    starting: [first, unit({ service: "other", unit: "other.service" })],
    earlier: [draft({ kind: "manager", account: account("other-user") })],
    moved: new Set(["other" as ServiceName]),
  };
  expect(sideBySide(first, neighbours(others))).toBeDefined();
});
