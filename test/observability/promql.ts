/** Which metrics an expression of Prometheus asks for. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";

const WORDS =
  /^(by|without|on|ignoring|group_left|group_right|and|or|unless|bool|offset|sum|min|max|avg|count|group|stddev|topk)$/;

export function metricsIn(expression: string): readonly string[] {
  const byName = [...expression.matchAll(/__name__=~?"([^"]*)"/g)].map(([, name = ""]) => name);
  const bare = expression
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    .replaceAll(/\{[^}]*\}/g, " ")
    .replaceAll(/\[[^\]]*\]/g, " ")
    // Labels, and what a function is called.
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, " ")
    .replaceAll(/[a-z_]+\s*\(/g, "(");
  const names = [...bare.matchAll(/[A-Za-z_:][A-Za-z0-9_:]*/g)]
    .map(([name]) => name)
    .filter((name) => !WORDS.test(name));
  return [...new Set([...byName, ...names])];
}

const written = parse(readFileSync("test/cases/observability/known-metrics.yaml", "utf8")) as Record<string, string[]>;
const measured = readFileSync("test/measure/golden/every-metric.prom", "utf8");
const own = [...measured.matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name);

export const gone: readonly string[] = written["gone"] ?? [];
export const known: ReadonlySet<string> = new Set([
  ...own,
  ...Object.entries(written).flatMap(([from, names]) => (from === "gone" ? [] : names)),
]);
