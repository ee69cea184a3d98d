/** What `svc dash` knows at a moment: each part by itself, with what keeps it from an answer. */
import type { Alerts } from "../apps/alerts.ts";
import type { GpuUse } from "../apps/gpus.ts";
import type { LogText } from "../apps/log-text.ts";
import type { ModelNumbers } from "../apps/model-numbers.ts";
import type { Status } from "./status-text.ts";

/** One part of the screen. */
export interface Part<T> {
  /** What was read last; undefined before the first answer. */
  readonly value?: T;
  /** Why the last try gave nothing. */
  readonly trouble?: string;
  /** For how long it has been asked without an answer: milliseconds. */
  readonly waiting?: number;
}

export interface Cards {
  readonly gpus: readonly GpuUse[];
  readonly trouble: readonly string[];
}

export interface DashState {
  readonly host: string;
  readonly now: Date;
  readonly statuses: Part<readonly Status[]>;
  /** Undefined where no service asks for one. */
  readonly cards: Part<Cards> | undefined;
  /** Undefined where no service has models. */
  readonly models: Part<readonly ModelNumbers[]> | undefined;
  /** Undefined where nobody watches. */
  readonly alerts: Part<Alerts> | undefined;
  /** Of all services, or of the one that is looked at; the newest last. */
  readonly log: Part<readonly LogText[]>;
}

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** What a person has chosen to see. */
export interface View {
  readonly page: "all" | "details" | "log" | "question";
  /** Name of a service; one that is not there stands for the first. */
  readonly chosen: string | undefined;
  /** Lines that were scrolled past, of details. */
  readonly offset: number;
}

export const FIRST_VIEW: View = { page: "all", chosen: undefined, offset: 0 };

/** The cursor's place among the services, kept where one of them has gone. */
export function chosenOf({ statuses }: Pick<DashState, "statuses">, { chosen }: View): Status | undefined {
  const all = statuses.value ?? [];
  return all.find(({ name }) => name === chosen) ?? all[0];
}
