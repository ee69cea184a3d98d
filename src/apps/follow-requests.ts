/** Follows the gateway's log of requests: whoever looks again and again sees each request once, first of all the last few. */
import type { Gateway } from "../admin/client.ts";
import { type LoggedRequest, MOST_ROWS } from "../gateway/litellm-requests.ts";
import { readRequests } from "./read-requests.ts";

/** A request that takes longer is not seen: it began before what is looked at. */
const LOOKED_BACK = 3_600_000;
/** A row may be written after one of a request that ended later. */
const LATE = 60_000;
const SHOWN_FIRST = 10;
const PAGES_A_LOOK = 20;

export interface Look {
  /** In the order of their ends. */
  readonly rows: readonly LoggedRequest[];
  /** There were more than anybody reads. */
  readonly isCut: boolean;
}

export class Following {
  readonly #token: string | undefined;
  /** By id: when it ended. */
  readonly #seen = new Map<string, number>();
  #from: number | undefined;

  /** `token`: only requests of that key. */
  constructor(token?: string) {
    this.#token = token;
  }

  async look(gateway: Gateway, now: number): Promise<Look> {
    const size = this.#from === undefined ? SHOWN_FIRST : MOST_ROWS;
    const span = { from: now - LOOKED_BACK, to: now + LATE, size, order: "last to end", token: this.#token } as const;
    const fresh: LoggedRequest[] = [];
    let isCut = false;
    for (let page = 1; ; page++) {
      const { rows, isLast } = await readRequests(gateway, { ...span, page });
      const news = rows.filter(({ id, ended }) => ended >= (this.#from ?? 0) && !this.#seen.has(id));
      for (const { id, ended } of news) this.#seen.set(id, ended);
      fresh.push(...news);
      // They are written together: behind a page without news there are none.
      if (this.#from === undefined || isLast || news.length === 0) break;
      isCut = page >= PAGES_A_LOOK;
      if (isCut) break;
    }
    this.#moveOn(fresh, now);
    return { rows: fresh.toSorted((a, b) => a.ended - b.ended), isCut };
  }

  #moveOn(fresh: readonly LoggedRequest[], now: number): void {
    const ends = fresh.map(({ ended }) => ended);
    // Those before the few that are shown first are no news.
    const from = this.#from ?? (fresh.length < SHOWN_FIRST ? now - LATE : Math.min(...ends));
    this.#from = Math.max(from, ...ends.map((ended) => ended - LATE));
    for (const [id, ended] of this.#seen) if (ended < this.#from) this.#seen.delete(id);
  }
}
