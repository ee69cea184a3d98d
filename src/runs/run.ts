/** What a run is given by whoever starts it: a host, this program, its turn, and a person to talk to. */
import type { Reporter } from "../apply/reporter.ts";
import type { Plan } from "../model/plan.ts";
import type { Template } from "../render/handlebars.ts";
import type { Tool } from "../render/site.ts";
import type { System } from "../system/interfaces.ts";
import type { Lock } from "../system/lock.ts";

export interface Run {
  readonly system: System;
  readonly program: Program;
  readonly person: Person;
  /** Throws a LockHeld while another run is at work. */
  takeLock(what: string): Lock;
}

/** What runs here. Functions: each is read when it is needed, and most runs need little of it. */
export interface Program {
  version(): string;
  /** What the host gets a copy of; undefined where there is nothing to copy. */
  tool(): Tool | undefined;
  template(name: string): Template;
  /** Bytes of the weights of a model that is known, about. */
  weights?(model: string): number | undefined;
}

/** Somebody at a terminal, a pipe, a timer's log, or a test. */
export interface Person {
  /** A plan before anything of it is done; an empty one, too. */
  show(plan: Plan): Promise<void>;
  /** Throws a UserError unless the answer is yes, which is Stopped where there was one. */
  askYes(question: string): Promise<void>;
  /** Throws a UserError unless the answer is that name; `instead` is the option that goes on without asking. */
  askName(question: string, name: string, instead: string): Promise<void>;
  /** What came of it. */
  print(text: string): void;
  /** What is not as it should be. */
  complain(text: string): void;
  readonly reporter: Reporter;
}

/** "pending": only looked at, and there is something to do. */
export type Outcome = "done" | "pending";

/** For the history. */
export function whoAsks(system: System): string {
  return system.host.sudoUser() ?? "root";
}
