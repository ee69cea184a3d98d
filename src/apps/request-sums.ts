/** What many requests come to: sums by name, percentiles, the slowest, and what failed; in memory that does not grow with them. */
import type { LoggedRequest } from "../gateway/litellm-requests.ts";
import { added, NOTHING_USED, type Used } from "../gateway/litellm-usage.ts";
import { Histogram } from "./histogram.ts";

/** Of answers; what failed has no time that says anything. */
export interface Times {
  readonly median: number;
  readonly p95: number;
}

export interface RequestSum extends Used {
  readonly name: string;
  readonly firstToken: Times | undefined;
  readonly whole: Times | undefined;
}

export interface Failing {
  readonly key: string;
  readonly model: string;
  readonly failure: string;
  readonly count: number;
}

export interface Analysis {
  /** The most requests first. */
  readonly rows: readonly RequestSum[];
  readonly total: RequestSum;
  readonly slowest: readonly LoggedRequest[];
  /** The most frequent first. */
  readonly failing: readonly Failing[];
}

const SLOWEST = 5;
/** Who asks for models that are not there invents their names. */
const MOST_NAMES = 1000;
const OTHERS = "(others)";

class Group {
  used: Used = NOTHING_USED;
  readonly #first = new Histogram();
  readonly #whole = new Histogram();

  add({ failure, input, output, dollars, firstToken, began, ended }: LoggedRequest): void {
    this.used = added(this.used, { requests: 1, failed: failure === undefined ? 0 : 1, input, output, dollars });
    if (failure !== undefined) return;
    if (firstToken !== undefined) this.#first.add(firstToken);
    this.#whole.add(ended - began);
  }

  sum(name: string): RequestSum {
    return { name, ...this.used, firstToken: timesOf(this.#first), whole: timesOf(this.#whole) };
  }
}

function timesOf(histogram: Histogram): Times | undefined {
  const [median, p95] = [histogram.at(0.5), histogram.at(0.95)];
  return median === undefined || p95 === undefined ? undefined : { median, p95 };
}

export class RequestSums {
  readonly #keyOf: (row: LoggedRequest) => string;
  readonly #by: "key" | "model";
  readonly #all = new Group();
  readonly #groups = new Map<string, Group>();
  readonly #failing = new Map<string, Failing>();
  #slowest: readonly LoggedRequest[] = [];

  constructor(by: "key" | "model", keyOf: (row: LoggedRequest) => string) {
    this.#by = by;
    this.#keyOf = keyOf;
  }

  add(row: LoggedRequest): void {
    const key = this.#keyOf(row);
    const wanted = this.#by === "key" ? key : row.model;
    const name = this.#groups.size < MOST_NAMES || this.#groups.has(wanted) ? wanted : OTHERS;
    const group = this.#groups.get(name) ?? new Group();
    this.#groups.set(name, group);
    group.add(row);
    this.#all.add(row);
    if (row.failure === undefined) this.#compare(row);
    else this.#addFailing({ key, model: row.model, failure: row.failure, count: 1 });
  }

  #compare(row: LoggedRequest): void {
    const took = ({ began, ended }: LoggedRequest) => ended - began;
    const last = this.#slowest.at(-1);
    if (this.#slowest.length === SLOWEST && last !== undefined && took(row) <= took(last)) return;
    this.#slowest = [...this.#slowest, row].toSorted((a, b) => took(b) - took(a)).slice(0, SLOWEST);
  }

  #addFailing(one: Failing): void {
    const nameOf = ({ key, model, failure }: Failing) => JSON.stringify([key, model, failure]);
    const others = { ...one, key: OTHERS, model: OTHERS };
    const entry = this.#failing.size < MOST_NAMES || this.#failing.has(nameOf(one)) ? one : others;
    const name = nameOf(entry);
    this.#failing.set(name, { ...entry, count: (this.#failing.get(name)?.count ?? 0) + 1 });
  }

  end(): Analysis {
    return {
      rows: [...this.#groups]
        .map(([name, group]) => group.sum(name))
        .toSorted((a, b) => b.requests - a.requests || a.name.localeCompare(b.name)),
      total: this.#all.sum("all"),
      slowest: this.#slowest,
      failing: [...this.#failing.values()].toSorted((a, b) => b.count - a.count || a.model.localeCompare(b.model)),
    };
  }
}
