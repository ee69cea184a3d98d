/** The entries of a map with names, each read by itself, so that one mistake does not hide the others. */
import type * as z from "zod";
import { type MapNode, toPlain } from "./node.ts";
import { describeValue, keySpotAt, type Report, spotAt } from "./report.ts";
import { checkSchema } from "./schema/issues.ts";

export interface Entry<Schema extends z.ZodType> {
  readonly name: string;
  readonly written: z.output<Schema>;
}

interface Section<Schema extends z.ZodType> {
  readonly file: MapNode;
  readonly key: string;
  /** What they may be called. */
  readonly names: z.ZodType;
  readonly schema: Schema;
  /** Names of those that could not be read are added. */
  readonly broken: Set<string>;
}

export function readEntries<Schema extends z.ZodType>(
  { file, key, names, schema, broken }: Section<Schema>,
  report: Report,
): readonly Entry<Schema>[] {
  const section = file.entries.get(key)?.node;
  if (section === undefined || (section.kind === "scalar" && section.value === null)) return [];
  if (section.kind !== "map") {
    report(spotAt(file, [key]), `wanted a map of names, found ${describeValue(toPlain(section))}`);
    return [];
  }
  return [...section.entries.keys()].flatMap((name): Entry<Schema>[] => {
    const wanted = names.safeParse(name).error?.issues[0]?.message;
    if (wanted !== undefined) report(keySpotAt(file, [key, name]), `wanted ${wanted}, found ${describeValue(name)}`);
    const written = checkSchema(schema, file, [key, name], report);
    if (wanted === undefined && written !== undefined) return [{ name, written }];
    broken.add(name);
    return [];
  });
}
