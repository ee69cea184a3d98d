/** Ctrl-C during a run: what is said at once, and that the run ends in order. */
import type { Reporter } from "../apply/reporter.ts";
import { Stopped } from "../model/diagnostic.ts";
import type { System } from "../system/interfaces.ts";

export interface Stoppable {
  isStopped(): boolean;
  /** From here on there is nothing to be stopped: it is on its way back. */
  turnsBack(): void;
}

interface Asked {
  /** The command, as it is typed after the name of the program. */
  readonly what: string;
  readonly keepGoing: boolean;
}

export async function stoppable(
  { signals }: System,
  reporter: Reporter,
  asked: Asked,
  work: (run: Stoppable) => Promise<void>,
): Promise<void> {
  let backwards = false;
  const held = signals.hold(() => reporter.note(sentence(asked, backwards)));
  try {
    await work({
      isStopped: held.asked,
      turnsBack: () => {
        backwards = true;
      },
    });
    if (held.asked()) {
      throw new Stopped(
        "it was to stop, but its last step was under way already: everything is applied, and nobody has looked again",
        "sudo install-quadlets verify",
      );
    }
  } finally {
    held.release();
  }
}

/** What is taken back is taken back to its end, as long as nobody insists. */
export async function toTheEnd<Result>(
  { signals }: System,
  say: (text: string) => void,
  what: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const held = signals.hold(() => say(sentence({ what, keepGoing: true }, true)));
  return work().finally(held.release);
}

/** What only looks has nothing to bring to its end: it is left at once, and what it runs is ended. */
export function untilStopped<Result>(
  { signals }: Pick<System, "signals">,
  stopped: Stopped,
  work: () => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const held = signals.hold(() => reject(stopped), "all");
    work().then(resolve, reject).finally(held.release);
  });
}

function sentence({ what, keepGoing }: Asked, backwards: boolean): string {
  const second = `Ctrl-C once more ends it at once, and ${commandOf(what)} goes on from there`;
  if (backwards) return `what is being taken back is taken back to the end; ${second}`;
  const then = keepGoing ? "what is done by then stays" : "then everything is taken back";
  return `stopping after the step in hand; ${then}. ${second}`;
}

/** Runs that are not asked for in the words of install-quadlets alone, by the first word of what they are. */
const ASKED_OF: Readonly<Record<string, string>> = {
  reconfigure: "vllm-manage",
  key: "gateway-manage",
  rotate: "install-quadlets secrets",
  set: "install-quadlets secrets",
  unset: "install-quadlets secrets",
};

/** As it is typed. */
export function commandOf(what: string): string {
  const [first = ""] = what.split(" ");
  return what === "install" ? "sudo install-quadlets" : `sudo ${ASKED_OF[first] ?? "install-quadlets"} ${what}`;
}
