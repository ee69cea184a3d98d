/** What zod found, in our words and with places. */
import type * as z from "zod";
import { suggest, suggestNear } from "../../model/suggest.ts";
import type { MapNode, Node, Path } from "../node.ts";
import { nodeAt, toPlain } from "../node.ts";
import { describeValue, keySpotAt, type Report, spotAt } from "../report.ts";

type Issue = z.core.$ZodIssue;

/** Checks a part of a file; undefined, with findings, where it does not fit. */
export function checkSchema<Schema extends z.ZodType>(
  schema: Schema,
  root: MapNode,
  path: Path,
  report: Report,
): z.output<Schema> | undefined {
  const node = nodeAt(root, path) ?? root;
  const result = schema.safeParse(toPlain(node));
  if (result.success) return result.data;
  for (const issue of result.error.issues) reportIssue(issue, path, root, report);
  return undefined;
}

function reportIssue(issue: Issue, prefix: Path, root: Node, report: Report): void {
  const path: Path = [...prefix, ...issue.path.map(toStep)];
  const node = nodeAt(root, path);
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) {
      const hint = suggest(key, issue.message.split(" "), "known keys");
      report(keySpotAt(root, [...path, key]), `unknown key ${JSON.stringify(key)}`, hint);
    }
  } else if (issue.code === "invalid_key") {
    const wanted = issue.issues[0]?.message ?? "another name";
    report(keySpotAt(root, path), `wanted ${wanted}, found ${describeValue(path.at(-1))}`);
  } else if (node === undefined) {
    report(spotAt(root, path), "is missing");
  } else if (issue.code === "invalid_union" && nearestBranch(issue.errors) !== undefined) {
    for (const inner of nearestBranch(issue.errors) ?? []) reportIssue(inner, path, root, report);
  } else {
    const hint = issue.code === "invalid_value" ? hintFor(node, issue.values.map(String)) : undefined;
    report(spotAt(root, path), `wanted ${wantedBy(issue)}, found ${describeValue(toPlain(node))}`, hint);
  }
}

function wantedBy(issue: Issue): string {
  if (issue.code === "invalid_value") return `one of ${issue.values.join(", ")}`;
  const own = !issue.message.startsWith("Invalid input");
  return issue.code !== "invalid_type" || own ? issue.message : (TYPES[issue.expected] ?? issue.expected);
}

function hintFor(node: Node, values: readonly string[]): string | undefined {
  return node.kind === "scalar" ? suggestNear(node.text, values) : undefined;
}

/** Where the schema has no words of its own: zod's generic ones are never shown. */
const TYPES: Readonly<Record<string, string>> = {
  string: "a text (numbers and true/false need quotes)",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a map",
  record: "a map",
  array: "a list",
};

/** Of several forms the one that was meant: it fits at the top and has the fewest mistakes inside. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const inside = branches.filter((issues) =>
    issues.every((issue) => issue.path.length > 0 || issue.code === "unrecognized_keys"),
  );
  const mistakes = (issues: readonly Issue[]): number =>
    issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 1), 0);
  return [...inside].sort((a, b) => mistakes(a) - mistakes(b))[0];
}

function toStep(step: PropertyKey): string | number {
  return typeof step === "symbol" ? String(step) : step;
}
