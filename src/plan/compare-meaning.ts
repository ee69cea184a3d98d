/** What a plan changes for whoever uses a service, in words, where what is installed and what will be both say what they mean. */
import type { StateFacts } from "../model/facts.ts";
import { INDEX_PATH, parseIndex } from "../model/index-file.ts";
import { changesOfMeaning } from "../model/meaning.ts";
import type { MeantOf } from "../model/plan.ts";
import type { DesiredState } from "../model/resource.ts";

export function compareMeaning(
  { files }: Pick<DesiredState, "files">,
  { index }: Pick<StateFacts, "index">,
): readonly MeantOf[] {
  const said = new Map(index?.services.flatMap(({ name, meaning }) => (meaning ? [[name, meaning] as const] : [])));
  // An index of a thousand services is long, and few sites have anything to compare.
  if (said.size === 0) return [];
  const will = parseIndex(files.find(({ path }) => path === INDEX_PATH)?.content ?? "");
  return (will?.services ?? []).flatMap(({ name, meaning }) => {
    const before = said.get(name);
    if (before === undefined || meaning === undefined) return [];
    return changesOfMeaning(before, meaning).map((meant) => ({ service: name, ...meant }));
  });
}
