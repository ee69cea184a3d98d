/** Variables of a container: the catalogue's, some of them only with a setting or beside another service, and the site's. */
import { findIn, type Lookup, unknownReference } from "../interpolate.ts";
import { nodeAt, type Path } from "../node.ts";
import { keySpotAt } from "../report.ts";
import type { WrittenContainer } from "../schema/container.ts";
import { routerVariables } from "./asker.ts";
import { neighbourOf } from "./beside.ts";
import { type Builder, isSet, readCondition, readText } from "./fields.ts";
import { traceVariables } from "./tracer.ts";

/** What the site says is taken as it is written. */
export function buildEnvironment(
  builder: Builder,
  name: string,
  written: WrittenContainer,
): Readonly<Record<string, string>> {
  const { draft } = builder;
  const variables = new Map<string, string>();
  for (const [key, value] of Object.entries(written.environment)) {
    const path = ["containers", name, "environment", key];
    const text = typeof value === "object" ? readConditional(builder, value, path) : readText(builder, path);
    if (text !== undefined) variables.set(key, text);
  }
  for (const [key, value] of routerVariables(builder, name)) variables.set(key, value);
  for (const [key, value] of traceVariables(builder, name)) variables.set(key, value);
  for (const key of Object.keys(draft.entry.environment[name] ?? {})) {
    const node = nodeAt(draft.stack, ["services", draft.name, "environment", name, key]);
    if (node?.kind === "scalar") variables.set(key, node.text);
  }
  return Object.fromEntries(variables);
}

type Conditional = Extract<WrittenContainer["environment"][string], object>;

/** Undefined where the variable is left out. */
function readConditional(builder: Builder, { when, beside }: Conditional, path: Path): string | undefined {
  if (when === undefined && beside === undefined) {
    builder.report(keySpotAt(builder.draft.file, path), "says no condition", "when: SETTING, beside: SERVICE, or both");
    return undefined;
  }
  const condition = when === undefined ? true : readCondition(builder, [...path, "when"]);
  if (condition === undefined || !isSet(condition)) return undefined;
  if (beside === undefined) return readText(builder, [...path, "value"]);
  const neighbour = neighbourOf(builder.site, beside);
  if (neighbour === undefined) return undefined;
  const lookup: Lookup = (reference) => {
    const [, section] = reference;
    if (section === "ports" && reference.length === 3)
      return findIn(neighbour.hostPorts, reference, `ports of ${neighbour.name}`);
    return unknownReference(reference, "known: beside.ports.NAME");
  };
  return readText({ ...builder, extra: { ...builder.extra, beside: lookup } }, [...path, "value"]);
}
