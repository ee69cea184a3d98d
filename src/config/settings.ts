/** The site's settings against the declarations of the service file. */
import type { SettingValue } from "../model/service.ts";
import { suggest } from "../model/suggest.ts";
import type { MapNode, Node, ScalarNode } from "./node.ts";
import { nodeAt, toPlain } from "./node.ts";
import { compilePattern } from "./pattern.ts";
import { describeValue, keySpotAt, type Report, type Spot, spotAt } from "./report.ts";
import type { SettingDeclaration } from "./schema/service.ts";

/** The file that declares settings and the part of the stack that sets them. */
export interface SettingSources {
  readonly service: string;
  readonly declarations: Readonly<Record<string, SettingDeclaration>>;
  readonly file: MapNode;
  readonly stack: MapNode;
}

/** Every setting with its value; those with findings keep the default or are left out. */
export function resolveSettings(sources: SettingSources, report: Report): Readonly<Record<string, SettingValue>> {
  const { declarations, file, stack, service } = sources;
  const path = ["services", service, "settings"];
  const given = nodeAt(stack, path);
  const givenNames = given?.kind === "map" ? [...given.entries.keys()] : [];
  for (const name of givenNames) {
    if (Object.hasOwn(declarations, name)) continue;
    const hint = suggest(name, Object.keys(declarations), "settings of this service");
    report(keySpotAt(stack, [...path, name]), `${service} has no setting ${JSON.stringify(name)}`, hint);
  }
  const values: [string, SettingValue][] = [];
  for (const [name, declaration] of Object.entries(declarations)) {
    const own = nodeAt(stack, [...path, name]);
    const fallback = nodeAt(file, ["settings", name, "default"]);
    const node = own ?? fallback;
    if (node === undefined) {
      const message = `the setting ${name} has no default and must be set`;
      report(spotAt(stack, path.slice(0, 2)), message, `${path.join(".")}.${name}: ${declaration.description}`);
      continue;
    }
    const at = own === undefined ? spotAt(file, ["settings", name, "default"]) : spotAt(stack, [...path, name]);
    const value = readSetting(declaration, node, at, spotAt(file, ["settings", name, "pattern"]), report);
    if (value !== undefined) values.push([name, value]);
  }
  return Object.fromEntries(values);
}

/** What may stand behind the colon of an image. */
const TAG = "[A-Za-z0-9_.-]+";

function readSetting(
  declaration: SettingDeclaration,
  node: Node,
  at: Spot,
  patternAt: Spot,
  report: Report,
): SettingValue | undefined {
  const value = valueAs(declaration, node);
  if (value === undefined) {
    const quotes = ["string", "tag"].includes(declaration.type) && node.kind === "scalar" && node.value !== null;
    const hint = quotes ? "put it in quotes" : declaration.description;
    report(at, `wanted ${wantedOf(declaration)}, found ${describeValue(toPlain(node))}`, hint);
    return undefined;
  }
  if (typeof value === "number") {
    const { min, max } = declaration;
    if (min !== undefined && value < min) report(at, `wanted at least ${min}, found ${value}`);
    if (max !== undefined && value > max) report(at, `wanted at most ${max}, found ${value}`);
  }
  refuse(declaration, value, at, report);
  const wanted = declaration.pattern ?? (declaration.type === "tag" ? TAG : undefined);
  if (wanted !== undefined) {
    const texts = typeof value === "object" ? value : [String(value)];
    const pattern = compilePattern(`^(?:${wanted})$`);
    if (pattern === undefined) report(patternAt, "is not a regular expression");
    const bad = texts.find((text) => pattern !== undefined && !pattern.test(text));
    if (bad !== undefined) {
      report(at, `${describeValue(bad)} does not match ${wanted}`, declaration.description);
    }
  }
  return value;
}

/** Each item of a list, too. */
function refuse({ refused }: SettingDeclaration, value: SettingValue, at: Spot, report: Report): void {
  for (const text of typeof value === "object" ? value : [String(value)]) {
    const reason = Object.hasOwn(refused, text) ? refused[text] : undefined;
    if (reason !== undefined) report(at, `${describeValue(text)} is refused`, reason);
  }
}

function wantedOf({ type, values }: SettingDeclaration): string {
  if (type === "enum") return `one of ${(values ?? []).join(", ")}`;
  const names = {
    string: "a text",
    tag: "a text",
    integer: "a whole number",
    number: "a number",
    list: "a list of plain texts",
  };
  if (type === "boolean") return "true or false";
  return type === "size" ? 'a size, for example "4g"' : names[type];
}

function valueAs({ type, values }: SettingDeclaration, node: Node): SettingValue | undefined {
  if (type === "list") {
    if (node.kind !== "list") return undefined;
    const items = node.items.filter((item): item is ScalarNode => item.kind === "scalar" && item.value !== null);
    return items.length === node.items.length ? items.map((item) => item.text) : undefined;
  }
  if (node.kind !== "scalar") return undefined;
  const { value } = node;
  switch (type) {
    case "string":
    case "tag":
      return typeof value === "string" ? value : undefined;
    case "integer":
      return Number.isSafeInteger(value) ? (value as number) : undefined;
    case "number":
      return Number.isFinite(value) ? (value as number) : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "enum":
      return values?.includes(node.text) ? node.text : undefined;
    case "size":
      return /^[1-9][0-9]{0,8}[kmgt]$/.test(node.text) ? node.text : undefined;
    default:
      return type satisfies never;
  }
}
