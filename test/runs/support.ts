/** Runs on a host in memory, and a person who is not there: what they are told and asked is heard, in order. */

import type { Sources } from "../../src/config/load.ts";
import { stepsOf } from "../../src/model/plan.ts";
import type { InstallRun } from "../../src/runs/carry-out.ts";
import type { Run } from "../../src/runs/run.ts";
import type { System } from "../../src/system/interfaces.ts";
import { PROGRAM } from "../apply/support.ts";

export interface Heard {
  readonly heard: string[];
}

/** `meanwhile` is what goes on while a question or a note is read: it may change the host, or throw as somebody who says no. */
export function runOn(system: System, meanwhile: (text: string) => unknown = () => undefined): Run & Heard {
  const heard: string[] = [];
  const hear = (text: string): void => {
    heard.push(text);
  };
  const answer = async (text: string): Promise<void> => {
    hear(`ask: ${text}`);
    await meanwhile(text);
  };
  return {
    heard,
    system,
    program: PROGRAM,
    takeLock: (what) => {
      hear(`lock: ${what}`);
      return { release: () => hear("unlock") };
    },
    person: {
      show: async (plan) => hear(stepsOf(plan).length === 0 ? "shown: nothing to do" : "shown: a plan"),
      askYes: answer,
      askName: (question, name) => answer(`${question}${name}`),
      print: (text) => hear(`print: ${text}`),
      complain: (text) => hear(`complain: ${text}`),
      reporter: {
        phase: () => undefined,
        progress: () => undefined,
        done: () => undefined,
        note: (text) => {
          hear(`note: ${text}`);
          meanwhile(text);
        },
      },
    },
  };
}

export function installRunOn(
  system: System,
  sources: () => Sources,
  changes: Partial<InstallRun> = {},
  meanwhile?: (text: string) => unknown,
): InstallRun & Heard {
  const run = runOn(system, meanwhile);
  return {
    ...run,
    what: "install",
    wishes: {},
    dryRun: false,
    yes: false,
    keepGoing: false,
    packages: true,
    tokens: true,
    readSources: sources,
    welcome: () => run.heard.push("welcome"),
    ...changes,
  };
}
