/** Asks the questions of `init` in their order, or takes what flags and defaults say; every fault of those at once. */

import {
  FLAGS,
  KEYS,
  type Key,
  type Question,
  questionOf,
  type Situation,
  settled,
  understand,
} from "../init/questions.ts";
import type { Site } from "../init/site.ts";
import { ConfigError, UserError, userError } from "../model/diagnostic.ts";

export interface Dialog {
  readonly at: Situation;
  /** What flags say. */
  readonly given: Partial<Record<Key, string>>;
  /** Throws a UserError or a ConfigError where the configuration would not take it. */
  check(site: Partial<Site>): void;
  /** Undefined where nobody is to be asked. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
  say(line: string): void;
}

export async function decide(dialog: Dialog): Promise<Site> {
  const { at, given } = dialog;
  let site: Partial<Site> = {};
  const faults: UserError[] = [];
  for (const key of KEYS) {
    const flag = given[key];
    const question = questionOf(key, at, site);
    try {
      if (flag !== undefined) site = answer(dialog, site, key, flag);
      else if (question === undefined) site = { ...site, ...settled(key) };
      else if (dialog.ask === undefined) site = answer(dialog, site, key, silent(question));
      else site = await askFor(dialog, site, question, dialog.ask);
    } catch (error) {
      if (error instanceof Unanswered) throw error.reason;
      if (!(error instanceof UserError)) throw error;
      faults.push(flag === undefined ? error : ofFlag(key, error));
    }
  }
  if (faults.length === 0) return site as Site;
  const [first, ...others] = faults;
  if (first !== undefined && others.length === 0) throw first;
  throw userError(first?.code ?? "bad-value", faults.map(withHint).join("\nerror: "));
}

function answer({ at, check }: Dialog, site: Partial<Site>, key: Key, text: string): Partial<Site> {
  const next = { ...site, ...understand(key, text, at, site) };
  check(next);
  return next;
}

function silent({ key, silent, unsafe }: Question): string {
  if (silent !== undefined) return silent;
  throw userError("no-terminal", `${unsafe}; nothing is assumed`, `say it: ${FLAGS[key]}`);
}

/** A person who closes the terminal has not answered wrongly. */
class Unanswered extends Error {
  readonly reason: UserError;
  constructor(reason: UserError) {
    super(reason.message);
    this.reason = reason;
  }
}

async function askFor(
  dialog: Dialog,
  site: Partial<Site>,
  { key, lines, ask, enter }: Question,
  put: (question: string) => Promise<string>,
): Promise<Partial<Site>> {
  const { say } = dialog;
  say("");
  for (const line of lines) say(line);
  const question = enter === undefined ? `${ask}: ` : `${ask} [${enter}]: `;
  for (;;) {
    const typed = await put(question).catch((error: unknown) => {
      throw error instanceof UserError ? new Unanswered(error) : error;
    });
    const text = typed === "" ? enter : typed;
    if (text === undefined) continue;
    try {
      return answer(dialog, site, key, text);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      say(withHint(plain(error)));
    }
  }
}

function ofFlag(key: Key, error: UserError): UserError {
  const { code, message, hint } = plain(error);
  return userError(code, `${FLAGS[key].split(" ")[0]}: ${message}`, hint);
}

/** The file is not there yet: its lines say nothing to whoever answers. */
function plain(error: UserError): UserError {
  const [first] = error instanceof ConfigError ? error.diagnostics : [];
  return first === undefined ? error : userError("bad-value", first.message, first.hint);
}

function withHint({ message, hint }: UserError): string {
  return hint === undefined ? message : `${message}\nhint: ${hint}`;
}
