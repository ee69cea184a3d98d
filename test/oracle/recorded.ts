/** What the generators made of the small files of test/cases/oracle, so that tests know it without one. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Texts } from "../rules/cases.ts";
import type { Generator, Made, Outcome } from "./generator.ts";

interface Record {
  readonly made: Readonly<{ [file: string]: Made }>;
  readonly said: string;
  readonly code: number | null;
}

/** By version, then by what the case is about. */
export type Recorded = Readonly<{ [version: string]: Readonly<{ [what: string]: Record }> }>;

export interface Input {
  readonly what: string;
  readonly files: Texts;
}

export function loadInputs(folder: string | URL): readonly Input[] {
  return parse(readFileSync(new URL("inputs.yaml", folder), "utf8")) as readonly Input[];
}

export function record(generator: Generator, inputs: readonly Input[]): Recorded[string] {
  return Object.fromEntries(inputs.map(({ what, files }) => [what, recordOf(generator.run(files), files)]));
}

/** Without the lines of [Service] that are the same everywhere. */
function recordOf({ made, said, code }: Outcome, files: Texts): Record {
  const text = Object.values(files).join("\n");
  const kept = [...made].map(([file, { service, lines }]) => {
    const own = lines.filter(
      ([section, key]) => section !== "Service" || /^ExecStart(Pre)?$/.test(key) || text.includes(key),
    );
    return [file, { service, lines: own }] as const;
  });
  return { made: Object.fromEntries(kept), said: code === 2 ? said.slice(0, 80) : said, code };
}

export function asOutcome({ made, said, code }: Record): Outcome {
  return { made: new Map(Object.entries(made)), said, code };
}
