/** Follows the gateway's log of requests: whoever looks again and again sees each request once, first of all the last few. */
import type { Gateway } from "../admin/client.ts";
import { type LoggedRequest, MOST_ROWS, type Wanted } from "../gateway/litellm-requests.ts";
import { readRequests } from "./read-requests.ts";

/** Each look goes back so far, to where requests began. */
const LOOKED_BACK = 3_600_000;
/** A request that took longer is found once a minute, by a look as far back as an answer may take, and an hour of tries more. */
const LOOKED_FAR_BACK = 25 * 3_600_000;
const FAR_EVERY = 60_000;
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
  /** When it was looked far back; what ended since then is news there. */
  #far: number | undefined;

  /** `token`: only requests of that key. */
  constructor(token?: string) {
    this.#token = token;
  }

  async look(gateway: Gateway, now: number): Promise<Look> {
    const near = await this.#read(gateway, { from: now - LOOKED_BACK, to: now + LATE }, this.#from ?? "few");
    this.#far ??= now;
    const far = now - this.#far < FAR_EVERY ? NOTHING : await this.#lookFar(gateway, now, this.#far - LATE);
    this.#moveOn(near.rows, now);
    const rows = [...near.rows, ...far.rows];
    return { rows: rows.toSorted((a, b) => a.ended - b.ended), isCut: near.isCut || far.isCut };
  }

  /** Of those that began before what each look sees, the last to end come first: they took long. */
  async #lookFar(gateway: Gateway, now: number, since: number): Promise<Look> {
    const look = await this.#read(gateway, { from: now - LOOKED_FAR_BACK, to: now - LOOKED_BACK + LATE }, since);
    this.#far = now;
    return look;
  }

  /** Those that ended from then on and were not seen; or the last few. */
  async #read(gateway: Gateway, began: Pick<Wanted, "from" | "to">, since: number | "few"): Promise<Look> {
    const size = since === "few" ? SHOWN_FIRST : MOST_ROWS;
    const wanted = { ...began, size, order: "last to end", token: this.#token } as const;
    const rows: LoggedRequest[] = [];
    for (let page = 1; ; page++) {
      const read = await readRequests(gateway, { ...wanted, page });
      const news = read.rows.filter(({ id, ended }) => (since === "few" || ended >= since) && !this.#seen.has(id));
      for (const row of news) {
        this.#seen.set(row.id, row.ended);
        rows.push(row);
      }
      // They are written together: behind a page without news there are none.
      if (since === "few" || read.isLast || news.length === 0) return { rows, isCut: false };
      if (page >= PAGES_A_LOOK) return { rows, isCut: true };
    }
  }

  #moveOn(fresh: readonly LoggedRequest[], now: number): void {
    const ends = fresh.map(({ ended }) => ended);
    // Those before the few that are shown first are no news.
    const from =
      this.#from ?? (fresh.length < SHOWN_FIRST ? now - LATE : ends.reduce((first, ended) => Math.min(first, ended)));
    this.#from = ends.reduce((last, ended) => Math.max(last, ended - LATE), from);
    const still = Math.min(this.#from, (this.#far ?? now) - LATE);
    for (const [id, ended] of this.#seen) if (ended < still) this.#seen.delete(id);
  }
}

const NOTHING: Look = { rows: [], isCut: false };
