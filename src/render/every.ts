/** Makes one thing per item; the configuration errors of all of them become one. */
import { ConfigError, type Diagnostic } from "../model/diagnostic.ts";

export function every<Item, Made>(items: readonly Item[], make: (item: Item) => Made): readonly Made[] {
  const faults: Diagnostic[] = [];
  const made: Made[] = [];
  for (const item of items) {
    try {
      made.push(make(item));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const fault of error.diagnostics) faults.push(fault);
    }
  }
  if (faults.length > 0) throw new ConfigError(distinct(faults));
  return made;
}

/** A template that many units share is one fault, not one per unit. */
function distinct(faults: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}
