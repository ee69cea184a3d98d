/** Reads interpolated values of a service file by their path, so that each finding has its place. */
import type { InnerOwner } from "../../model/owner.ts";
import type { SettingValue } from "../../model/service.ts";
import { suggest } from "../../model/suggest.ts";
import type { ServiceDraft, WrittenSite } from "../draft.ts";
import { interpolate, type Lookup } from "../interpolate.ts";
import { type Node, nodeAt, type Path } from "../node.ts";
import { describeValue, type Report, spotAt } from "../report.ts";
import { scopeOf } from "../scope.ts";

export interface Builder {
  readonly draft: ServiceDraft;
  readonly site: WrittenSite;
  readonly report: Report;
  /** What more `${...}` may name here. */
  readonly extra?: Readonly<Record<string, Lookup>>;
}

/** The value with its references resolved and its type kept; undefined, with findings, where that fails. */
export function readValue(
  builder: Builder,
  path: Path,
  scope = scopeOf(builder.site, builder.draft, builder.extra),
): SettingValue | undefined {
  const node = nodeAt(builder.draft.file, path);
  if (node?.kind !== "scalar") return undefined;
  let failed = false;
  const value = interpolate(node.text, scope, ({ problem, hint, silent }) => {
    failed = true;
    if (silent !== true) builder.report(spotAt(builder.draft.file, path), problem, hint);
  });
  return failed ? undefined : value;
}

/** Undefined where nothing is written, or nothing usable. */
export function readOptionalText(builder: Builder, path: Path): string | undefined {
  const value = readValue(builder, path);
  if (typeof value !== "object") return value === undefined ? undefined : String(value);
  builder.report(spotAt(builder.draft.file, path), "wanted a text, found a list");
  return undefined;
}

export function readText(builder: Builder, path: Path): string {
  return readOptionalText(builder, path) ?? "";
}

/** A text of a certain form, which the schema could not check before references were resolved. */
export function readMatching(builder: Builder, path: Path, pattern: RegExp, wanted: string): string | undefined {
  const value = readOptionalText(builder, path);
  if (value === undefined || pattern.test(value)) return value;
  builder.report(spotAt(builder.draft.file, path), `wanted ${wanted}, found ${describeValue(value)}`);
  return undefined;
}

const limit = "(?:-1|infinity|unlimited|[0-9]+[KMGT]?)";
export const LIMIT = [new RegExp(`^${limit}(?::${limit})?$`), "a limit, for example 1048576 or infinity"] as const;
export const IMAGE = [
  /^(localhost|[a-z0-9-]+(\.[a-z0-9-]+)+)(:[0-9]+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+(?=[:@])(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
  "an image with registry and tag, for example docker.io/library/redis:7.2.4",
] as const;
/** Not all of it, and nothing that leads elsewhere. */
export const HOST_PATH = [
  /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@+-]+)+$/,
  "an absolute path of the host, without .. and of plain characters",
] as const;
export const SIZE = [/^[1-9][0-9]{0,11}[bkmgt]?$/, 'a size, for example "4g"'] as const;

/** A whole number; the schema's default where nothing is written. */
export function readInteger(builder: Builder, path: Path, fallback: number | string): number {
  if (nodeAt(builder.draft.file, path) === undefined) return Number(fallback);
  const value = readValue(builder, path);
  if (value === undefined) return 0;
  const number = typeof value === "object" || value === "" ? Number.NaN : Number(value);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  builder.report(spotAt(builder.draft.file, path), `wanted a whole number, found ${describeValue(value)}`);
  return 0;
}

/** Arguments: texts, lists of a setting in place, and the forms with `when` and `each`. */
export function readArguments(builder: Builder, path: Path): readonly string[] {
  const list = nodeAt(builder.draft.file, path);
  if (list?.kind !== "list") return [];
  return list.items.flatMap((item, index) => readArgument(builder, item, [...path, index]));
}

/** A command inside a container: a text is one for its shell. */
export function readCommand(builder: Builder, written: string | readonly unknown[], path: Path): readonly string[] {
  return typeof written === "string" ? ["/bin/sh", "-c", readText(builder, path)] : readArguments(builder, path);
}

function readArgument(builder: Builder, node: Node, path: Path): readonly string[] {
  if (node.kind !== "map") return asList(readValue(builder, path));
  const condition = node.entries.has("when") ? "when" : "each";
  const setting = readCondition(builder, [...path, condition]);
  if (setting === undefined) return [];
  const args = nodeAt(node, ["args"]);
  const indexes = args?.kind === "list" ? args.items.map((_, index) => index) : [];
  const readAll = (scope?: Lookup): readonly string[] =>
    indexes.flatMap((index) => asList(readValue(builder, [...path, "args", index], scope)));
  if (condition === "when") return isSet(setting) ? readAll() : [];
  if (typeof setting !== "object") {
    builder.report(spotAt(builder.draft.file, [...path, "each"]), "the setting is not a list", "use { when, args }");
    return [];
  }
  return setting.flatMap((item) =>
    readAll(scopeOf(builder.site, builder.draft, { ...builder.extra, item: () => ({ value: item }) })),
  );
}

/** The value of the setting that a `when` or `each` names. */
export function readCondition(builder: Builder, path: Path): SettingValue | undefined {
  const { draft, report } = builder;
  const node = nodeAt(draft.file, path);
  const name = node?.kind === "scalar" ? node.text : "";
  if (Object.hasOwn(draft.settings, name)) return draft.settings[name];
  const declared = Object.keys(draft.written.settings);
  if (!declared.includes(name)) {
    report(
      spotAt(draft.file, path),
      `no setting is named ${JSON.stringify(name)}`,
      suggest(name, declared, "settings"),
    );
  }
  return undefined;
}

/** false, 0, "" and an empty list count as not set. */
export function isSet(value: SettingValue): boolean {
  return typeof value === "object" ? value.length > 0 : Boolean(value);
}

function asList(value: SettingValue | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "object" ? value : [String(value)];
}

export function innerOwner(text: string): InnerOwner {
  const [uid = "0", gid = "0"] = text.split(":");
  return { uid: Number(uid), gid: Number(gid) };
}
