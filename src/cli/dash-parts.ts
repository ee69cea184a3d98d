/** Reads the parts of `svc dash`, each at its own pace: one that hangs or fails says so in its place, and holds up no other. */
import { readAlerts } from "../apps/alerts.ts";
import { readGpus } from "../apps/gpus.ts";
import { logTextHere } from "../apps/log-text.ts";
import { modelReader, withModels } from "../apps/model-numbers.ts";
import { lastEntries, type Stream, unitsToRead } from "../apps/read-log.ts";
import { readIndex } from "../apps/service-index.ts";
import { UserError } from "../model/diagnostic.ts";
import type { ServiceIndex } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import type { DashState, Part } from "./dash-state.ts";
import { readStatus } from "./read-status.ts";

const STATUSES_MS = 2_000;
const LOG_MS = 3_000;
const MODELS_MS = 5_000;
const ALERTS_MS = 10_000;
/** The driver takes up to a second of a core for its answer. */
const CARDS_MS = 10_000;

export interface Surroundings {
  readonly system: System;
  readonly stream: Stream;
  /** Milliseconds of a clock that nobody sets. */
  readonly elapsed: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Something is known that was not. */
  readonly onNews: () => void;
}

export interface Parts {
  state(): DashState;
  /** Of which service the log is read, and how many lines; the other one is forgotten. */
  readLog(name: string | undefined, lines: number): void;
}

/** Begins at once, and goes on for as long as the program runs. */
export function readParts(around: Surroundings, first: ServiceIndex): Parts {
  const { system, stream, elapsed } = around;
  let index = first;
  let source: { readonly name: string | undefined; readonly lines: number } = { name: undefined, lines: 0 };
  const models = modelReader(system, elapsed);
  const statuses = keep(around, STATUSES_MS, async () => {
    // Anew each time: a run of install-quadlets may have changed what there is.
    index = await readIndex(system);
    return readStatus(system, index, undefined);
  });
  const cards = keep(around, CARDS_MS, async () =>
    hasCards(index) ? readGpus(system, index.services) : { gpus: [], trouble: [] },
  );
  const numbers = keep(around, MODELS_MS, () => models(index.services));
  const alerts = keep(around, ALERTS_MS, async () => (isWatched(index) ? readAlerts(system, index) : undefined));
  const log = keep(around, LOG_MS, async () => {
    const { name, lines } = source;
    const services = index.services.filter((service) => name === undefined || service.name === name);
    // Without a unit journalctl would tell of the whole host.
    if (lines === 0 || services.length === 0) return [];
    const units = services.map((service) => unitsToRead(service, service.units));
    const { entries } = await lastEntries(stream, { units, services, all: false }, lines);
    return entries.map(logTextHere);
  });
  return {
    state: () => {
      const watched = alerts.part();
      return {
        host: system.host.hostname(),
        now: system.clock.now(),
        statuses: statuses.part(),
        cards: hasCards(index) ? cards.part() : undefined,
        models: withModels(index.services).length > 0 ? numbers.part() : undefined,
        alerts: isWatched(index) ? withValue(watched) : undefined,
        log: log.part(),
      };
    },
    readLog: (name, lines) => {
      const before = source;
      source = { name, lines };
      if (before.name !== name) log.forget();
      if (before.name !== name || before.lines < lines) log.hurry();
    },
  };
}

function hasCards({ services }: ServiceIndex): boolean {
  return services.some(({ gpu }) => gpu !== undefined);
}

function isWatched({ services }: ServiceIndex): boolean {
  return services.some(({ alerts }) => alerts !== undefined);
}

/** Nothing was asked yet, where it is watched since a moment ago. */
function withValue<T>({ value, ...rest }: Part<T | undefined>): Part<T> {
  return value === undefined ? rest : { ...rest, value };
}

interface Kept<T> {
  part(): Part<T>;
  /** What was read is about something else than what is asked from now on. */
  forget(): void;
  /** Asks at once, or once the answer under way is there. */
  hurry(): void;
}

/** Never two questions at once: one that hangs is waited for, and said. */
function keep<T>({ elapsed, sleep, onNews }: Surroundings, everyMs: number, read: () => Promise<T>): Kept<T> {
  let known: Pick<Part<T>, "value" | "trouble"> = {};
  let since: number | undefined;
  let about = 0;
  let wake = (): void => undefined;
  const once = async (): Promise<void> => {
    const subject = about;
    since = elapsed();
    try {
      const value = await read();
      if (subject === about) known = { value };
    } catch (error) {
      // A fault of ours, too: it stands in its place, and the others go on.
      if (subject === about) known = { ...known, trouble: wordsOf(error) };
    } finally {
      since = undefined;
    }
    onNews();
  };
  const go = async (): Promise<never> => {
    for (;;) {
      const hurried = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await once();
      await Promise.race([sleep(everyMs), hurried]);
    }
  };
  void go();
  return {
    part: () => (since === undefined ? known : { ...known, waiting: elapsed() - since }),
    forget: () => {
      about += 1;
      known = {};
    },
    hurry: () => wake(),
  };
}

function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof UserError && error.hint !== undefined ? `${message}\nhint: ${error.hint}` : message;
}
