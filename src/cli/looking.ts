/** Ctrl-C while a command only looks: it ends at once with a sentence, whatever it waits for. */
import type { Command } from "commander";
import { Stopped } from "../model/diagnostic.ts";
import { EXIT } from "../model/exit-code.ts";
import { onInterrupt } from "../system/signals.ts";
import { looks } from "./effects.ts";

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
      const said = sentenceOf(program, command);
      if (said === undefined) return;
      disarm = onInterrupt(() => (isView ? process.exit(EXIT.stopped) : reject(new Stopped(said))));
    });
    work()
      .then(() => resolve(), reject)
      .finally(() => disarm());
  });
}

function sentenceOf(program: Command, command: Command): string | undefined {
  const looking = looks(program.name(), pathOf(program, command));
  if (looking === undefined) return undefined;
  const isNamed = looking.flag !== undefined && command.opts()[looking.flag] !== undefined;
  const file = isNamed ? ", but for a file that was named, which may be written already" : "";
  return `stopped while it looked; the host is as it was${file}`;
}

function pathOf(program: Command, command: Command): string {
  if (command === program) return "";
  const { parent } = command;
  return parent === null ? command.name() : `${pathOf(program, parent)} ${command.name()}`.trim();
}
