/** The plan as people and programs read it. */
import { describe, expect, test } from "vitest";
import { planSchema } from "../../src/config/schema/plan.ts";
import { INDEX_PATH, parseIndex } from "../../src/model/index-file.ts";
import type { Meaning } from "../../src/model/meaning.ts";
import type { ServiceName, UserName } from "../../src/model/names.ts";
import { formatPlan } from "../../src/plan/format.ts";
import { planAsJson, summary } from "../../src/plan/summary.ts";
import desiredSite from "./site.ts";
import { change, planOf, settledWorld } from "./support.ts";

const PLAIN = { colour: false, diffs: true };

function edited(path: string, content: string) {
  const world = settledWorld();
  change(world, ["state", "paths", path, "content", content]);
  return planOf(world);
}

test("nothing to do", () => {
  expect(summary(planOf(settledWorld()))).toBe("nothing to do: the host is as configured");
});

test("services in blocks, a sign for each change, diffs of files that are there", async () => {
  const world = settledWorld();
  const rules = Array.from({ length: 12 }, (_, line) => `rule ${line}\n`);
  change(world, ["desired", "files", "/var/lib/rules.nft", "content", rules.join("")]);
  change(world, ["state", "paths", "/var/lib/rules.nft", "content", rules.toSpliced(6, 1, "old rule\n").join("")]);
  change(world, ["state", "paths", "/var/lib/web/trust.txt", { kind: "missing" }]);
  change(world, ["state", "paths", "/var/lib/db", "mode", 0o755]);
  change(world, ["desired", "units", "web.service", "fingerprint", "2"]);
  await expect(formatPlan(planOf(world), PLAIN)).toMatchFileSnapshot("golden/plan.txt");
  const bare = formatPlan(planOf(world), { ...PLAIN, diffs: false });
  expect(bare).toBe(formatPlan(planOf(world), PLAIN).replaceAll(/^ {6}.*\n/gm, ""));
  const coloured = formatPlan(planOf(world), { ...PLAIN, colour: true });
  expect(coloured).not.toBe(formatPlan(planOf(world), PLAIN));
  expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).toBe(formatPlan(planOf(world), PLAIN));
});

test("what an authority that is still to be made will say is shown by no placeholder", () => {
  const world = settledWorld();
  change(world, ["state", "certificate", "authority", null]);
  expect(formatPlan(planOf(world), PLAIN)).toContain("+(of the new authority) has (of the new authority)");
});

test.each([
  ["no change", "1 unit to restart", 0],
  ["one unit", "1 unit to restart", 1],
  ["two", "2 units to restart", 2],
])("units to restart are counted: %s", (_, ending, count) => {
  const world = settledWorld();
  for (const unit of ["web.service", "db-sql.service"].slice(0, count)) {
    change(world, ["desired", "units", unit, "fingerprint", "2"]);
  }
  if (count === 0) return expect(summary(planOf(world))).not.toContain("restart");
  expect(summary(planOf(world))).toBe(`plan: 0 to create, 0 to update, 0 to remove, ${ending}`);
});

describe("what will not be available", () => {
  /** The lines between its heading and the summary. */
  function outagesOf(...changes: readonly (readonly unknown[])[]): readonly string[] {
    const world = settledWorld();
    for (const words of changes) change(world, words);
    const lines = formatPlan(planOf(world), PLAIN).split("\n");
    const at = lines.indexOf("not available meanwhile:");
    return at === -1 ? [] : lines.slice(at + 1, lines.indexOf("", at));
  }

  test("as long as its last start took; requests wait where systemd listens", () => {
    expect(outagesOf(["desired", "units", "web.service", "fingerprint", "2"])).toEqual([
      "  web: about 5 s, as its last start took; requests wait",
    ]);
  });

  test("units that wait for one another take as long as all of them", () => {
    const pod = ["desired", "units", "db-pod.service", "fingerprint", "2"];
    expect(outagesOf(pod)).toEqual(["  db (db-pod, db-sql, db-api): about 13 s, as its last start took"]);
  });

  test("a start that nobody measured", () => {
    const unknown = ["state", "units", "db-user", "db-api.service", "startSeconds", undefined];
    expect(outagesOf(["desired", "units", "db-api.service", "fingerprint", "2"], unknown)).toEqual([
      "  db (db-api): while it starts",
    ]);
  });

  test("what is down already is not named", () => {
    expect(outagesOf(["state", "units", "db-user", "db-api.service", "active", "failed"])).toEqual([]);
  });

  test("a reload takes nothing away; it is counted all the same", () => {
    const reload = ["desired", "units", "web.service", "reload", "fingerprint", "2"];
    expect(outagesOf(reload)).toEqual([]);
    const world = settledWorld();
    change(world, reload);
    expect(summary(planOf(world))).toBe("plan: 0 to create, 0 to update, 0 to remove, 0 units to restart, 1 to reload");
  });

  test("a socket that starts anew keeps nobody waiting", () => {
    const socket = ["desired", "units", "web-https.socket", "fingerprint", "2"];
    expect(outagesOf(socket, ["desired", "units", "web.service", "fingerprint", "2"])).toEqual([
      "  web: about 5 s, as its last start took",
    ]);
  });
});

test("images to pull are summed up as far as their sizes are known", () => {
  const world = settledWorld();
  change(world, ["state", "images", "db-user", null]);
  expect(summary(planOf(world))).toMatch(/, 1 image to pull$/);
  change(world, ["state", "images", "web-user", null]);
  expect(summary(planOf(world))).toMatch(/, 2 images to pull \(about 1.5 GB, and 1 of unknown size\)$/);
  expect(formatPlan(planOf(world), PLAIN)).toContain(
    "  + image docker.io/lab/web:1 (about 1.5 GB): pulled by web-user",
  );
});

test("what a service wrote into its own file cannot move the cursor", () => {
  const text = formatPlan(edited("/var/lib/web/trust.txt", "\u001b[2J\u0007\u009b\u202egood\r\n"), PLAIN);
  expect(text).toContain("-\\u001b[2J\\u0007\\u009b\\u202egood\\u000d");
  expect(text.replaceAll("\n", "")).toMatch(/^[\u0020-\u007e]*$/);
});

test("a file that has nothing in common is not compared line by line", () => {
  const huge = Array.from({ length: 100_000 }, (_, line) => `${line}`).join("\n");
  const text = formatPlan(edited("/var/lib/web/trust.txt", huge), PLAIN);
  expect(text).toContain("      (too different to show)\n");
});

test.each(["", "{", "null", '{"services": [null]}', "line\n".repeat(600)])(
  "an index that is damaged is a line, and nobody reads from it: %j",
  (damaged) => {
    const content = `${JSON.stringify({ version: 2, services: [] }, undefined, 2)}\n`;
    const owner = { uid: 0, gid: 0 };
    const index = {
      path: INDEX_PATH,
      service: undefined,
      owner,
      mode: 0o600,
      content,
      role: { kind: "plain" },
    } as const;
    const world = settledWorld({ ...desiredSite, files: [...desiredSite.files, index] });
    change(world, ["state", "paths", INDEX_PATH, "content", damaged]);
    const lines = formatPlan(planOf(world), { ...PLAIN, whole: true }).split("\n");
    expect(lines.slice(1, 3)).toEqual([
      `  ~ file ${INDEX_PATH}: content differs`,
      "      (it is damaged, and written anew)",
    ]);
    expect(lines).toHaveLength(6);
  },
);

describe("what it means for whoever uses a service", () => {
  /** The plan of a site whose index says the second where the one on the host says the first. */
  function planOfMeanings(before: Meaning | undefined, after: Meaning | undefined) {
    // Another one leads to models as well, as it did before.
    const other = { name: "other", user: "other-user", units: [], meaning: { "model z": "z of o" } };
    const indexOf = (meaning: Meaning | undefined) => {
      const web = { name: "web", user: "web-user", units: [], ...(meaning && { meaning }) };
      return JSON.stringify({ version: 2, services: [web, other] });
    };
    const [owner, role] = [{ uid: 0, gid: 0 }, { kind: "plain" }] as const;
    const index = { path: INDEX_PATH, service: undefined, owner, mode: 0o600, content: indexOf(after), role };
    const world = settledWorld({ ...desiredSite, files: [...desiredSite.files, index] });
    change(world, ["state", "paths", INDEX_PATH, "content", indexOf(before)]);
    change(world, ["state", "index", parseIndex(indexOf(before))]);
    return planOf(world);
  }
  const [here, there] = [
    { "model a": "a of x", "model b": "b of x" },
    { "model a": "a of y", "model c\u001b[2J": "c of x" },
  ];

  test("subject by subject, and as JSON in the published form", () => {
    const plan = planOfMeanings(here, there);
    expect(formatPlan(plan, PLAIN)).toContain(
      [
        "\n\nwhat it means:",
        "  web: model a: a of x -> a of y",
        "  web: model c\\u001b[2J: new, c of x",
        "  web: model b: gone (it was b of x)\n\n",
      ].join("\n"),
    );
    const json = planAsJson(plan);
    expect(planSchema.parse(JSON.parse(JSON.stringify(json)))).toEqual(json);
    expect(json.meaning?.map(({ before, after }) => [before, after])).toEqual([
      ["a of x", "a of y"],
      [null, "c of x"],
      ["b of x", null],
    ]);
  });

  test.each([
    ["nothing changes", here, here],
    ["an older program did not write it down", undefined, here],
    ["the service leads nowhere any more", here, undefined],
  ])("nothing is said where %s", (_, before, after) => {
    expect(formatPlan(planOfMeanings(before, after), PLAIN)).not.toContain("what it means");
  });
});

test("a long diff is folded, and whole on request", () => {
  const long = Array.from({ length: 500 }, (_, line) => `${line}`).join("\n");
  const plan = edited("/var/lib/web/trust.txt", long);
  const folded = formatPlan(plan, PLAIN);
  expect(folded.split("\n").filter((line) => /^ {6}-\d+$/.test(line)).length).toBeLessThan(80);
  expect(folded).toMatch(/^ {6}\(\d{3} lines more: --verbose shows them\)$/m);
  const whole = formatPlan(plan, { ...PLAIN, whole: true });
  expect(whole).toContain("      -499\n");
  expect(whole).not.toContain("lines more");
});

test("the JSON of a plan names every change and holds no contents of files", () => {
  const plan = edited("/var/lib/web/trust.txt", "a private note");
  const text = JSON.stringify(planAsJson(plan));
  expect(JSON.parse(text)).toEqual({
    version: 1,
    changes: [
      {
        phase: "files",
        action: "update",
        service: "web",
        kind: "file",
        summary: "file /var/lib/web/trust.txt",
        reason: "content differs",
        code: "content",
      },
    ],
  });
  const world = settledWorld();
  change(world, ["state", "paths", "/var/lib/rules.nft", { kind: "missing" }]);
  expect(planAsJson(planOf(world))).toMatchObject({ changes: [{ service: null, kind: "file" }] });
});

test("the JSON is in the published form, whatever is in the plan", () => {
  const world = settledWorld();
  change(world, ["state", "images", "db-user", null]);
  change(world, ["state", "images", "web-user", null]);
  change(world, ["desired", "units", "web.service", "fingerprint", "2"]);
  const aside = [{ service: "db" as ServiceName, user: "db-user" as UserName, reason: "its manager is silent" }];
  const json = planAsJson({ ...planOf(world), stays: ["user db-user"], aside });
  expect(planSchema.parse(JSON.parse(JSON.stringify(json)))).toEqual(json);
  expect(json.unavailable).toContainEqual({ service: "web", units: ["web"], seconds: 5, kind: "wait" });
  expect(json.downloads).toContainEqual({ image: "docker.io/lab/web:1", user: "web-user", megabytes: 1540 });
  expect(() => planSchema.parse({ ...json, more: 1 })).toThrow(/more/);
});
