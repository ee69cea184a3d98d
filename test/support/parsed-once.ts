/** YAML that a test reads many times, parsed beforehand as the build does it with the built-in files. */
import { afterAll } from "vitest";
import type { Sources } from "../../src/config/load.ts";
import { packNode } from "../../src/config/packed.ts";
import { parseYaml } from "../../src/config/parse.ts";
import { preparsed } from "../../src/config/preparsed.ts";

/** From now on, to the end of the file that calls this: parsing takes most of the time of a plan. */
export function parseOnce(sources: Sources): void {
  const texts = preparsed as Map<string, string>;
  for (const source of [...sources.stack, ...sources.services]) {
    const node = parseYaml(source, () => undefined);
    if (node !== undefined) texts.set(source.text, JSON.stringify(packNode(node)));
  }
  afterAll(() => texts.clear());
}
