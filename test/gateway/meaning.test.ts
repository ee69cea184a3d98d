/** What a change of the files about models means, as data: subject by subject, and nothing where they only say the same in another way. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { meaningOf } from "../../src/gateway/meaning.ts";
import { changesOfMeaning, type Meaning, meantText } from "../../src/model/meaning.ts";
import { resolve } from "./support.ts";

type Files = Readonly<Record<"providers" | "mappings", string>>;
interface Case {
  /** In either file, each exactly once. */
  readonly replace?: Readonly<Record<string, string>>;
  /** To the mappings. */
  readonly append?: string;
  readonly says: readonly string[];
}
const { files, cases } = parse(readFileSync("test/cases/gateway/meaning.yaml", "utf8")) as {
  readonly files: Files;
  readonly cases: Readonly<Record<string, Case>>;
};

const meaning = (texts: Files): Meaning => meaningOf(resolve(texts).registry ?? expect.fail());

function changed({ replace = {}, append = "" }: Case): Files {
  const edit = (text: string, [from, to]: readonly [string, string]) => text.replace(from, () => to);
  for (const from of Object.keys(replace))
    expect(`${files.providers}${files.mappings}`.split(from), from).toHaveLength(2);
  const all = (text: string) => Object.entries(replace).reduce(edit, text);
  return { providers: all(files.providers), mappings: `${all(files.mappings)}${append}\n` };
}

test.each(Object.entries(cases))("%s", (_, one) => {
  expect(changesOfMeaning(meaning(files), meaning(changed(one))).map(meantText)).toEqual(one.says);
});
