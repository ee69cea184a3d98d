/** The screen of `svc dash`: what is known, the size and what is chosen in, lines of text out. */
import type { ModelNumbers } from "../apps/model-numbers.ts";
import type { Word } from "../apps/signs.ts";
import { spanText } from "../model/span.ts";
import { visible } from "../model/visible.ts";
import { type Line, type Section, shareRoom, type Tone } from "./dash-layout.ts";
import { chosenOf, type DashState, type Part, type Size, type View } from "./dash-state.ts";
import { shortText, statusText } from "./status-text.ts";
import { alertsText } from "./svc-alerts.ts";
import { cardText } from "./top-text.ts";

/** Cuts a line to so many columns. */
export type Cut = (text: string, columns: number) => string;

/** Shorter than this an answer is on its way, and nobody wants to read so. */
const PATIENCE_MS = 6_000;

/** What ends it first: a narrow screen cuts the rest. */
const KEYS: Readonly<Record<View["page"], string>> = {
  all: "q: quit   r: restart   l: its log   enter: details   up, down: choose",
  details: "q: quit   r: restart   l: its log   enter: back   up, down: scroll",
  log: "q: quit   r: restart   l: back   enter: details   up, down: another",
  question: "",
};

const TONES: Readonly<Record<Word, Tone>> = {
  healthy: "good",
  asleep: "faint",
  starting: "warn",
  degraded: "warn",
  stopped: "warn",
  failed: "bad",
};

/** Exactly so many lines as the terminal has, less the one that the cursor keeps, and none wider than it. */
export function screenOf(state: DashState, size: Size, asked: View, cut: Cut): readonly Line[] {
  const view = shownView(state, size, asked);
  const height = Math.max(1, size.rows - 1);
  const head: Line = { text: headText(state), tone: "title" };
  const name = chosenOf(state, view)?.name;
  const foot: Line =
    view.page === "question"
      ? { text: `restart ${name}? y restarts it, any other key does not`, tone: "warn" }
      : { text: KEYS[view.page], tone: "faint" };
  const room = Math.max(0, height - 2);
  const body = bodyOf(state, room, view).slice(0, room);
  const empty = Array.from({ length: room - body.length }, (): Line => ({ text: "", tone: "plain" }));
  const all = height === 1 ? [foot] : [head, ...body, ...empty, foot];
  return all.map(({ text, tone }) => ({ text: cut(oneLine(text), Math.max(1, size.columns)), tone }));
}

/** The view as it is shown: what was scrolled past the end, or was there before the screen grew, is not to be scrolled back. */
export function shownView(state: DashState, size: Size, view: View): View {
  const lines = detailLines(state, view);
  if (lines === undefined) return view;
  const room = Math.max(0, Math.max(1, size.rows - 1) - 2 - troubleOf(state.statuses).length);
  return { ...view, offset: Math.min(view.offset, Math.max(0, lines.length - room)) };
}

function detailLines(state: DashState, view: View): readonly string[] | undefined {
  const chosen = chosenOf(state, view);
  return view.page === "details" && chosen !== undefined ? statusText([chosen], true).split("\n") : undefined;
}

function bodyOf(state: DashState, room: number, view: View): readonly Line[] {
  const chosen = chosenOf(state, view);
  const details = detailLines(state, view);
  if (details !== undefined) return [...troubleOf(state.statuses), ...details.slice(view.offset).map(plain)];
  if (view.page === "log") return titled(`LOG of ${chosen?.name ?? "all"}`, logLines(state, room - 1));
  return shareRoom(partsOf(state, view, room), room);
}

/** The first are those that matter most where there is little room. */
function partsOf(state: DashState, view: View, room: number): readonly Section[] {
  // What to do stands below each that has failed, where the others have room beside that.
  const all = serviceLines(state, view, true);
  const { services, at } = all.services.length <= room / 2 ? all : serviceLines(state, view, false);
  const alerts = state.alerts && partLines(state.alerts, (value) => alertsText(value).split("\n").map(alertLine));
  const models = state.models && partLines(state.models, (value) => value.map(modelLine));
  const cards =
    state.cards &&
    partLines(state.cards, ({ gpus, trouble }) => [
      ...gpus.map(cardText).map(plain),
      ...trouble.map(warn),
      ...(gpus.length + trouble.length === 0 ? [warn("no graphics card answers")] : []),
    ]);
  const log = logLines(state, Number.POSITIVE_INFINITY);
  return [
    { lines: titled("SERVICES", services), least: 5, around: at },
    ...(alerts ? [{ lines: titled("ALERTS", alerts), least: 2 }] : []),
    ...(models ? [{ lines: titled("MODELS", models), least: 2 }] : []),
    ...(cards ? [{ lines: titled("GPU", cards), least: 2 }] : []),
    { lines: titled("LOG", log), least: 3, fromEnd: true },
  ];
}

/** `withHints`: of all that have failed, and not just of the one that is chosen. */
function serviceLines(
  state: DashState,
  view: View,
  withHints: boolean,
): { readonly services: readonly Line[]; readonly at: number } {
  const chosen = chosenOf(state, view);
  const services: Line[] = [...troubleOf(state.statuses)];
  let at = services.length;
  for (const status of state.statuses.value ?? []) {
    const [first = "", ...rest] = shortText(status).split("\n");
    const tone = TONES[status.judgement.word];
    services.push({ text: `${status === chosen ? ">" : " "} ${first}`, tone });
    if (status === chosen || (withHints && tone === "bad"))
      services.push(...rest.map((text) => ({ text: `  ${text}`, tone })));
    if (status === chosen) at = services.length - 1;
  }
  return { services, at };
}

function partLines<T>(part: Part<T>, linesOf: (value: T) => readonly Line[]): readonly Line[] {
  return [...troubleOf(part), ...(part.value === undefined ? [] : linesOf(part.value))];
}

/** Why there is nothing, or why it may be old. */
function troubleOf({ value, trouble, waiting = 0 }: Part<unknown>): readonly Line[] {
  if (waiting >= PATIENCE_MS) return [warn(`no answer for ${spanText(waiting / 1000)}`)];
  if (trouble !== undefined) return trouble.split("\n").map(warn);
  return value === undefined ? [{ text: "  asking", tone: "faint" }] : [];
}

/** A log has lines below one another in one entry. */
function logLines({ log }: DashState, most: number): readonly Line[] {
  const lines = (log.value ?? []).flatMap(({ time, who, text }) => {
    const [first = "", ...rest] = text.split("\n");
    // The day is today's, or it does not matter.
    return [`${time.slice(11, 19)} ${who}: ${first}`, ...rest].map(plain);
  });
  const kept = most <= 0 ? [] : lines.slice(-most);
  const none = log.value?.length === 0 ? [{ text: "  nothing was written", tone: "faint" } as const] : kept;
  return [...troubleOf(log), ...none];
}

function modelLine({ name, trouble, tokensPerSecond, firstToken, running, waiting }: ModelNumbers): Line {
  if (trouble !== undefined) return warn(`  ${name}: ${trouble}`);
  const parts = [
    tokensPerSecond === undefined ? "- tokens/s" : `${tokensPerSecond.toFixed(1)} tokens/s`,
    `first token ${firstToken === undefined ? "-" : `${firstToken.toFixed(2)} s`}`,
    ...(running === undefined ? [] : [`${running} answered`]),
    ...(waiting === undefined ? [] : [`${waiting} wait`]),
  ];
  return { text: `  ${name}: ${parts.join(", ")}`, tone: (waiting ?? 0) > 0 ? "warn" : "plain" };
}

function alertLine(text: string): Line {
  const tone = text.startsWith("critical") ? "bad" : text === "nothing is wrong" ? "good" : "warn";
  return { text: `  ${text}`, tone };
}

/** "svc dash   host   12:00:00   4 healthy, 1 failed" */
function headText({ host, now, statuses }: DashState): string {
  const counts = new Map<string, number>();
  for (const { judgement } of statuses.value ?? []) counts.set(judgement.word, (counts.get(judgement.word) ?? 0) + 1);
  const words = [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
  return ["svc dash", host, now.toTimeString().slice(0, 8), words].join("   ").trimEnd();
}

function titled(title: string, lines: readonly Line[]): readonly Line[] {
  return [{ text: title, tone: "title" }, ...lines];
}

function plain(text: string): Line {
  return { text: `  ${text}`, tone: "plain" };
}

function warn(text: string): Line {
  return { text: `  ${text.trimStart()}`, tone: "warn" };
}

/** Foreign text stays on its line, and does not speak to the terminal. */
function oneLine(text: string): string {
  return visible(text.replace(/[\t\n]/g, " "));
}
