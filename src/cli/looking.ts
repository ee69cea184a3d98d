/** Ctrl-C while a command only looks, or looks first: it ends at once with a sentence, whatever it waits for. */
import type { Command } from "commander";
import { Stopped } from "../model/diagnostic.ts";
import { EXIT } from "../model/exit-code.ts";
import { onInterrupt } from "../system/signals.ts";
import { looks, looksFirst } from "./effects.ts";

let isView = false;

/** For views that go on until somebody has seen enough: Ctrl-C is their end, and needs no word. */
export function endsWithCtrlC(): void {
  isView = true;
}

/** Which command it is, commander knows once it has parsed. What changes something has ways of its own to stop in order. */
export function stoppableWhileLooking(program: Command, work: () => Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    let disarm = (): void => undefined;
    program.hook("preAction", (_, command) => {
      const path = pathOf(program, command);
      const first = looksFirst(program.name(), path);
      const said = first ? LOOKED : sentenceOf(program, path, command);
      if (said === undefined) return;
      const left = () => (isView ? process.exit(EXIT.stopped) : reject(new Stopped(said)));
      disarm = onInterrupt(left, first ? "until somebody holds" : "always");
    });
    work()
      .then(() => resolve(), reject)
      .finally(() => disarm());
  });
}

const LOOKED = "stopped while it looked; the host is as it was";

function sentenceOf(program: Command, path: string, command: Command): string | undefined {
  const looking = looks(program.name(), path);
  if (looking === undefined) return undefined;
  const isNamed = looking.flag !== undefined && command.opts()[looking.flag] !== undefined;
  const file = isNamed ? ", but for a file that was named, which may be written already" : "";
  return `${LOOKED}${file}`;
}

/** Its words behind the program's name: "models list". */
export function pathOf(program: Command, command: Command): string {
  if (command === program) return "";
  const { parent } = command;
  return parent === null ? command.name() : `${pathOf(program, parent)} ${command.name()}`.trim();
}
