/** Each rule has a cause that makes it fire, and says what it is about and what to do; promtool runs them where it is installed. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { EVERYTHING, filesOf } from "./support.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

interface Cause {
  readonly cause: string;
  readonly minutes: number;
  readonly series: Readonly<Record<string, string>>;
  readonly alerts: readonly string[];
  /** False: the timer never measured. */
  readonly measured?: boolean;
}

const files = [...filesOf(EVERYTHING)].filter(([path]) => path.startsWith("prometheus/files/config/rules/"));
const rules = files.flatMap(([, text]) =>
  (parse(text) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules),
);
const causes = parse(readFileSync("test/cases/observability/alerts.yaml", "utf8")) as Cause[];
/** Minutes. */
const LONG = 100;
const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;

test("each rule has a name of its own, and a cause", () => {
  const names = rules.map(({ alert }) => alert);
  expect(new Set(names).size).toBe(names.length);
  const fired = new Set(["Watchdog", ...causes.flatMap(({ alerts }) => alerts)]);
  expect([...fired].toSorted()).toEqual(names.toSorted());
});

test.each(rules.map((rule) => [rule.alert, rule] as const))("%s says what it is about, and what to type", (_, rule) => {
  expect(["critical", "warning", "info", "none"]).toContain(rule.labels.severity);
  expect(rule.annotations.summary).toMatch(/[^.]$/);
  const commands = rule.annotations.runbook
    .split("; ")
    .filter((part) => /^(sudo )?(svc|install-quadlets|vllm-manage|gateway-manage) /.test(part));
  expect(commands.length).toBeGreaterThan(0);
});

test("who is told names only rules that there are", () => {
  const config = filesOf(EVERYTHING).get("alertmanager/files/config/alertmanager.yml") ?? "";
  const named = [...config.matchAll(/alertname=~?"([^"]+)"/g)].flatMap(([, names = ""]) => names.split("|"));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !rules.some(({ alert }) => alert === name))).toEqual([]);
});

test.skipIf(!hasPromtool)("promtool agrees: these causes, these alerts and no others", { timeout: 600_000 }, () => {
  const scratch = mkdtempSync(`${tmpdir()}/alerts-`);
  try {
    const paths = files.map(([path, text]) => {
      const file = `${scratch}/${path.split("/").at(-1)}`;
      writeFileSync(file, text);
      return file;
    });
    execFileSync("promtool", ["check", "rules", ...paths]);
    // What takes a day is not looked at every minute, which would take as long as all the rest together.
    const tests = [
      ["soon", "1m", causes.filter(({ minutes }) => minutes <= LONG)] as const,
      ["late", "5m", causes.filter(({ minutes }) => minutes > LONG)] as const,
    ].map(([name, evaluation_interval, some]) => {
      const file = `${scratch}/${name}.yml`;
      writeFileSync(file, stringify({ rule_files: paths, evaluation_interval, tests: some.map(promtoolTest) }));
      return file;
    });
    // Each cause gets a store of its own, which is garbage a moment later: collected less often, it takes a fifth less.
    const options = { encoding: "utf8", env: { GOGC: "400", ...process.env } } as const;
    const { status, stdout, stderr } = spawnSync("promtool", ["test", "rules", ...tests], options);
    expect(`${status === 0 ? "" : stdout}${stderr}`).toBe("");
  } finally {
    rmSync(scratch, { recursive: true });
  }
});

function promtoolTest({ cause, minutes, series, alerts, measured = true }: Cause): object {
  const own = Object.keys(series).some((name) => name.startsWith("install_quadlets_measured"));
  const all = {
    ...series,
    ...(measured && !own ? { install_quadlets_measured_timestamp_seconds: `0+60x${minutes}` } : {}),
  };
  return {
    name: cause,
    interval: "1m",
    input_series: Object.entries(all).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [
      {
        expr: 'group by (alertname) (ALERTS{alertstate="firing",alertname!="Watchdog"})',
        eval_time: `${minutes}m`,
        exp_samples: alerts.map((alertname) => ({ labels: `{alertname="${alertname}"}`, value: 1 })),
      },
      {
        expr: 'count(ALERTS{alertname="Watchdog",alertstate="firing"})',
        eval_time: `${minutes}m`,
        exp_samples: [{ labels: "{}", value: 1 }],
      },
    ],
  };
}
