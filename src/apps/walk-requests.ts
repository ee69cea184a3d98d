/** The gateway's log of requests of a span of time: a page at a time, each request once, whatever their number. */
import type { Gateway } from "../admin/client.ts";
import { type LoggedRequest, MOST_ROWS } from "../gateway/litellm-requests.ts";
import { readRequests } from "./read-requests.ts";

/** So many pages are counted off; then the walk goes on from where it is: a database reads what it skips. */
const PAGES_A_STRIDE = 50;

/** Those that began from `from` until before `to`, the oldest first; what is written meanwhile moves no request out of sight. */
export async function* requestsBetween(
  gateway: Gateway,
  from: number,
  to: number,
): AsyncGenerator<readonly LoggedRequest[]> {
  let start = from;
  let page = 1;
  // What the page before had, and all of the second where a stride began: whatever is there again.
  let before = new Set<string>();
  while (true) {
    const { rows, isLast } = await readRequests(gateway, { from: start, to, page, size: MOST_ROWS, order: "oldest" });
    yield rows.filter(({ id, began }) => !before.has(id) && began >= from && began < to);
    const last = rows.at(-1);
    if (isLast || last === undefined) return;
    const second = Math.floor(last.began / 1000) * 1000;
    const here = rows.filter(({ began }) => began >= second).map(({ id }) => id);
    // A second with more than a stride in it is counted through.
    const isStride = page >= PAGES_A_STRIDE && second > start && here.length < rows.length;
    before = new Set(isStride ? here : rows.map(({ id }) => id));
    if (isStride) start = second;
    page = isStride ? 1 : page + 1;
  }
}
