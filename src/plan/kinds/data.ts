/** Data of services around a start with other images. */
import type { AccountFact } from "../../model/facts.ts";
import { aboutAccount, type Kinds, none } from "./trait.ts";

type Own = "measure-data" | "snapshot" | "restore-snapshot" | "drop-snapshot" | "compare-data";

interface OfData {
  readonly account: AccountFact;
  readonly service: string;
}

/** Behind every turn to start. */
const LAST = 1_000_000;

const OF_DATA = {
  undo: none,
  name: ({ service }: OfData) => `data of ${service}`,
  about: aboutAccount,
  // Images move, and this with them.
  drift: none,
};

/** Measured while all of it runs, copied once all of it is down. */
const at = (wave: number) => ({
  place: ({ account }: OfData) => ({ wave, lane: account.user }),
});

export const STOP_WAVE = 1;

export const DATA: Pick<Kinds, Own> = {
  "measure-data": { ...OF_DATA, ...at(0) },
  // Written down where the number of the run is known.
  snapshot: { ...OF_DATA, ...at(STOP_WAVE + 1) },
  "restore-snapshot": { ...OF_DATA, ...at(0), apart: true },
  "drop-snapshot": { ...OF_DATA, ...at(0), apart: true },
  "compare-data": { ...OF_DATA, ...at(LAST + 1) },
};
