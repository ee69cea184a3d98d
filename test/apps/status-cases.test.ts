/** Runs test/cases/status: what is known of units in, words out; for root, and for everybody. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { forEverybody, withoutPaths } from "../../src/apps/for-everybody.ts";
import { judgeUnit } from "../../src/apps/judge.ts";
import { type JudgedUnit, judgeOne, judgeService } from "../../src/apps/judge-service.ts";
import type { Judgement, LogLine, Signs } from "../../src/apps/signs.ts";
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import { renderSite, siteSources } from "../render/support.ts";
import { useSmallKeys } from "../support/small-keys.ts";

useSmallKeys();

const site = renderSite(siteSources("services: { llama-cpp: {} }"));
const indexText = site.files.find((file) => file.path === INDEX_PATH)?.content ?? "";
const { services } = JSON.parse(indexText) as ServiceIndex;
/** Files of cases about one service, with its name. */
const ENGINES: Readonly<Record<string, string>> = { vllm: "vllm-qwen", llama: "llama-cpp" };
const unitOf = (file: string) => services.find(({ name }) => name === ENGINES[file])?.units[0];

const NOW = 1_764_233_314;

interface UnitCase {
  readonly name: string;
  readonly manager?: Signs["manager"];
  readonly service?: object;
  readonly unit?: object;
  readonly fact?: object;
  readonly health?: Signs["health"];
  readonly more?: object;
  readonly log?: readonly string[];
  readonly podman?: readonly string[];
  /** What podman said at the try before the last, which systemd says begins after it. */
  readonly before?: readonly string[];
  /** Since the last line. */
  readonly silent?: number;
  readonly says: string;
  readonly hint?: string;
  readonly line?: string;
}

function read<T>(file: string): readonly T[] {
  return parse(readFileSync(`${import.meta.dirname}/../cases/status/${file}.yaml`, "utf8")) as readonly T[];
}

function lines(from: LogLine["from"], texts: readonly string[] = [], silent = 0): readonly LogLine[] {
  return texts.map((text, index) => {
    return { unit: "db-sql.service", from, text, time: (NOW - silent - 10 * (texts.length - 1 - index)) * 1_000_000 };
  });
}

function signsOf(given: UnitCase): Signs {
  const unit = {
    name: "db-sql",
    unit: "db-sql.service",
    kind: "container",
    image: "docker.io/lab/sql:1",
    health: true,
  };
  const checked = { interval: 50, timeout: 5, retries: 2 };
  const fact = { unit: unit.unit, load: "loaded", active: "active", sub: "running", result: "success", restarts: 0 };
  const asked = [given.more, given.log, given.podman].some((one) => one !== undefined);
  const before =
    given.before === undefined ? [] : [...lines("podman", given.before), ...lines("systemd", ["Starting SQL..."])];
  const log = [...before, ...lines("podman", given.podman), ...lines("own", given.log, given.silent)];
  return {
    service: { name: "db", user: "db-user", uid: 801, home: "/var/lib/db", ...given.service },
    unit: { ...unit, description: "", checked, startSeconds: 600, after: [], ...given.unit },
    manager: given.manager ?? "up",
    fact: { ...fact, ...given.fact },
    health: given.health,
    more: asked ? { now: NOW, account: true, home: true, log, ...given.more } : undefined,
  } as unknown as Signs;
}

/** As the catalogue describes it, on its way where nothing else is said. */
function ofEngine(file: string, given: UnitCase): UnitCase {
  const unit = unitOf(file);
  if (unit === undefined) return given;
  const fact = { active: "activating", sub: "start", ...given.fact };
  return { ...given, fact, unit: { ...unit }, more: { startedAgo: 100, ...given.more } };
}

function expectJudged(judged: Judgement, given: Pick<UnitCase, "says" | "hint" | "line">): void {
  const { word, sentence, hint, line } = judged;
  expect({ says: `${word}: ${sentence}`, hint, line }).toEqual({
    says: given.says,
    hint: given.hint,
    line: given.line,
  });
}

for (const file of ["units", ...Object.keys(ENGINES)]) {
  describe(file, () => {
    const cases = read<UnitCase>(file).map((given) => ofEngine(file, given));
    test.each(cases)("$name", (given) => {
      expectJudged(judgeUnit(signsOf(given)), given);
    });

    test("whatever is degraded or failed has a hint", () => {
      const bad = cases.map((given) => judgeUnit(signsOf(given))).filter(({ word }) => /degraded|failed/.test(word));
      expect(bad.length).toBeGreaterThan(7);
      expect(bad.filter(({ hint }) => hint === undefined)).toEqual([]);
    });
  });
}

test.each(Object.keys(ENGINES))(
  "each trouble and phase of %s that the catalogue knows is in a case, with a line that it really wrote",
  (file) => {
    const { troubles = [], phases = [] } = unitOf(file)?.log ?? {};
    expect(troubles.length).toBeGreaterThan(7);
    const written = read<UnitCase>(file).flatMap(({ log = [] }) => log);
    const unseen = [...troubles, ...phases].filter(
      ({ lines }) => !written.some((line) => new RegExp(lines).test(line)),
    );
    expect(unseen).toEqual([]);
  },
);

/** As the page about the site says it. */
function tellAll(signs: Signs): string {
  const { word, sentence } = judgeUnit(forEverybody(signs));
  return `${word}: ${withoutPaths(sentence)}`;
}

describe("for everybody", () => {
  const planted = { service: { name: "app", user: "PLANTED-user", uid: 821, home: "/var/lib/PLANTED" } };
  const cases = read<UnitCase & { readonly page: string }>("for-everybody");
  test.each(cases)("$name", (given) => {
    const signs = signsOf({ ...given, ...planted });
    const { word, sentence } = judgeUnit(signs);
    expect(`${word}: ${sentence}`).toBe(given.says);
    expect(tellAll(signs)).toBe(given.page);
    expect(tellAll(signs)).not.toContain("PLANTED");
  });

  test.each(["units", ...Object.keys(ENGINES)])(
    "the word of every case of %s is the same, without account and home",
    (file) => {
      for (const given of read<UnitCase>(file).map((one) => ofEngine(file, one))) {
        const signs = signsOf({ ...given, ...planted });
        const told = tellAll(signs);
        expect(told.split(":")[0]).toBe(judgeUnit(signs).word);
        expect(told).not.toMatch(/PLANTED|(^|[\s("'])\/[a-z]/);
      }
    },
  );
});

interface ServiceCase {
  readonly name: string;
  /** "word: sentence" by unit, and what it starts after. */
  readonly units: Readonly<
    Record<string, { readonly is: string; readonly after?: readonly string[]; readonly hint?: string }>
  >;
  readonly extra?: Judgement;
  readonly says: string;
  readonly hint?: string;
  /** Of single units, which may need others. */
  readonly alone?: Readonly<Record<string, string>>;
}

describe("services", () => {
  test.each(read<ServiceCase>("services"))("$name", (given) => {
    const units = Object.entries(given.units).map(([name, { is, after = [], hint }]): JudgedUnit => {
      const [word = "", sentence = ""] = is.split(/: (.*)/s);
      return { name, unit: name, after, judgement: { word, sentence, ...(hint && { hint }) } as Judgement };
    });
    expectJudged(judgeService(units, given.extra), given);
    for (const [name, says] of Object.entries(given.alone ?? {})) {
      const { word, sentence } = judgeOne(units.find((unit) => unit.name === name) as JudgedUnit, units);
      expect(`${word}: ${sentence}`).toBe(says);
    }
  });
});
