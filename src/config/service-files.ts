/** The service files, each read and checked when it is asked for: of some thirty that are built in, a site uses a few. */
import { checkNames } from "./names.ts";
import type { MapNode } from "./node.ts";
import { isBuiltIn, parseYaml, type SourceFile } from "./parse.ts";
import type { Report } from "./report.ts";
import { checkSchema } from "./schema/issues.ts";
import { containersSchema, serviceSchema, type WrittenService } from "./schema/service.ts";

export interface ServiceFile {
  /** Undefined where it could not be read. */
  readonly node: MapNode | undefined;
  /** Undefined where it has faults; they are reported once. */
  readonly written: WrittenService | undefined;
}

export interface ServiceFiles {
  /** Base names, the built-in ones first. */
  readonly names: readonly string[];
  get(name: string): ServiceFile | undefined;
}

/** The site's own are checked at once, so that its faults are told whether or not the stack uses them. */
export function openServiceFiles(sources: readonly SourceFile[], report: Report): ServiceFiles {
  const byName = new Map(sources.map((source) => [nameOf(source), source]));
  const opened = new Map<string, ServiceFile>();
  const get = (name: string): ServiceFile | undefined => {
    const source = byName.get(name);
    if (source === undefined) return undefined;
    const file = opened.get(name) ?? open(name, source, report);
    opened.set(name, file);
    return file;
  };
  for (const [name, source] of byName) if (!isBuiltIn(source)) get(name);
  return { names: [...byName.keys()], get };
}

function open(name: string, source: SourceFile, report: Report): ServiceFile {
  const node = parseYaml(source, report);
  if (node === undefined) return { node, written: undefined };
  const schema = node.entries.has("quadlets") ? serviceSchema : containersSchema;
  const written = checkSchema(schema, node, [], report);
  checkNames(name, node, report);
  return { node, written };
}

function nameOf({ file }: SourceFile): string {
  return (file.split("/").at(-1) ?? file).replace(/\.ya?ml$/, "");
}
