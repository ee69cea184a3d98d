/** Loads the case files of this folder: each is a list of cases with a name. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";

const folder = new URL("../cases/quadlet/", import.meta.url);

export function loadCases<Case extends { readonly name: string }>(file: string): readonly (readonly [string, Case])[] {
  const cases = parse(readFileSync(new URL(file, folder), "utf8")) as readonly Case[];
  return cases.map((item) => [item.name, item]);
}
