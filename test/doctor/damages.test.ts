/** Runs test/cases/doctor/damages.yaml: a healthy host with one thing damaged in, exactly that finding out. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { checks } from "../../src/diagnosis/all.ts";
import type { About, Check } from "../../src/diagnosis/check.ts";
import { judgeAll } from "../../src/diagnosis/judge-all.ts";
import type { Parts } from "../../src/diagnosis/parts.ts";
import type { Family } from "../../src/model/os.ts";
import { healthyAbout, healthyParts, settled } from "./healthy.ts";

interface Case {
  readonly name: string;
  readonly about?: Partial<About>;
  readonly family?: Family | null;
  /** Places in the facts and what stands there instead; `date:` in front of a date. */
  readonly set?: readonly (readonly [readonly (string | number)[], unknown])[];
  readonly finds: readonly { readonly says: string; readonly repair?: string; readonly hint?: string }[];
}

const cases = parse(readFileSync("test/cases/doctor/damages.yaml", "utf8")) as readonly Case[];

function put(root: unknown, path: readonly (string | number)[], value: unknown): void {
  const [first, ...rest] = path;
  if (first === undefined) throw new Error("no place");
  const real = typeof value === "string" && value.startsWith("date:") ? new Date(value.slice(5)) : (value ?? undefined);
  const node = root as Record<string | number, unknown> & Map<unknown, unknown>;
  if (rest.length > 0) put(root instanceof Map ? node.get(first) : node[first], rest, value);
  else if (root instanceof Map) node.set(first, real);
  else {
    // A place that is misspelt would damage nothing.
    expect(Object.keys(node), path.join(".")).toContain(String(first));
    node[first] = real;
  }
}

function judge(given: Pick<Case, "about" | "family" | "set">) {
  const parts: Parts = healthyParts();
  for (const [path, value] of given.set ?? []) put(parts, path, value);
  const { family } = given;
  const os = family === undefined ? {} : { os: { name: "another", family: family ?? undefined } };
  const about = { ...healthyAbout(), ...given.about, ...os };
  return judgeAll(checks, { about, readable: parts.record.trouble === undefined, parts: settled(parts) });
}

function found(given: Pick<Case, "about" | "family" | "set">): Case["finds"] {
  return judge(given)
    .filter(({ level }) => level === "warning" || level === "problem")
    .map(({ level, id, message, repair, hint }) => ({
      says: `${level} ${id}: ${message}`,
      ...(repair !== undefined && { repair }),
      ...(hint !== undefined && { hint }),
    }));
}

test("a healthy host has no warning, and each check says that in words", () => {
  const entries = judge({});
  expect(entries.filter(({ level }) => level === "warning" || level === "problem")).toEqual([]);
  const silent = entries.filter(({ level }) => level === "skipped").map(({ id }) => id);
  expect(silent).toEqual(["selinux"]);
  expect(entries.filter(({ message }) => message === "")).toEqual([]);
});

describe("one damage, exactly one finding", () => {
  test.each(cases.map((one) => [one.name, one] as const))("%s", (_, given) => {
    expect(found(given)).toEqual(given.finds);
  });
});

test("every check has a case in which it finds something", () => {
  const seen = new Set(cases.flatMap(({ finds }) => finds.map(({ says }) => says.split(" ")[1]?.replace(":", ""))));
  // These only tell.
  const tells = ["memory", "docker", "tailscale-https"];
  expect(checks.map(({ id }) => id).filter((id) => !seen.has(id) && !tells.includes(id))).toEqual([]);
});

test("ids are stable names, each once", () => {
  const ids = checks.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z][a-z-]+$/.test(id))).toEqual([]);
});

test("a check that throws is a warning in its place, and the others are judged", () => {
  const broken = {
    ...(checks[0] as Check),
    judge: () => {
      throw new TypeError("no such\u001b[2J thing");
    },
  };
  const about = healthyAbout();
  const entries = judgeAll([broken, ...checks.slice(1)], { about, readable: true, parts: settled(healthyParts()) });
  expect(entries).toHaveLength(checks.length);
  expect(entries[0]).toMatchObject({
    id: "kernel",
    level: "warning",
    message: "the version of the kernel: could not be judged (no such\\u001b[2J thing)",
  });
});

describe("who asks", () => {
  test("before the first run: nothing is said about accounts and services, and all about the host", () => {
    const entries = judge({ about: { installed: false } });
    const silent = entries.filter(({ silence }) => silence === "nothing installed yet");
    expect(silent.map(({ id }) => id)).toEqual(checks.filter(({ ours }) => ours).map(({ id }) => id));
    expect(found({ about: { installed: false } })).toEqual([]);
  });

  test("without root: what only root can tell is no finding", () => {
    const entries = judge({ about: { root: false } });
    const silent = entries.filter(({ silence }) => silence === "needs root").map(({ id }) => id);
    expect(silent).toEqual(checks.filter(({ needsRoot }) => needsRoot).map(({ id }) => id));
    expect(found({ about: { root: false } })).toEqual([]);
  });
});
