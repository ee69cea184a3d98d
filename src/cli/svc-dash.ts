/** `svc dash`: how everything is, in one screen that is drawn anew as things change; keys look closer, and restart. */
import { setTimeout as sleep } from "node:timers/promises";
import { readIndex } from "../apps/service-index.ts";
import { userError } from "../model/diagnostic.ts";
import { EXIT } from "../model/exit-code.ts";
import { makeSystem } from "../system/real.ts";
import { onInterrupt } from "../system/signals.ts";
import { streamLines } from "../system/stream.ts";
import { type Action, press } from "./dash-keys.ts";
import type { Line, Tone } from "./dash-layout.ts";
import { readParts } from "./dash-parts.ts";
import { type Cut, screenOf, shownView } from "./dash-screen.ts";
import { chosenOf, FIRST_VIEW, type Size, type View } from "./dash-state.ts";
import { print, printError, useColour } from "./output.ts";
import { canDrawHere } from "./screen.ts";
import type { OpenTerminal, PressedKey } from "./terminal.ts";

/** The clock, and for how long something has not answered. */
const TICK_MS = 1_000;

export async function dash(): Promise<void> {
  const { stdin, stdout } = process;
  if (stdin.isTTY !== true || !canDrawHere()) {
    throw userError("no-terminal", "there is no terminal to draw on", "svc status --json");
  }
  const system = makeSystem();
  const index = await readIndex(system);
  // Loaded here, from a file of its own: no other command draws.
  const { openTerminal, cut } = await import("./terminal.ts");
  let terminal: OpenTerminal | undefined;
  const putBack = () => terminal?.close();
  process.on("exit", putBack);
  const leave = (code: number): never => {
    putBack();
    // Not exitCode: what is still asked must not keep us here.
    process.exit(code);
  };
  // Ctrl-C is a key while we draw; the others, and Ctrl-C during a restart, end us in order.
  onInterrupt(() => leave(EXIT.stopped), "always");
  stdin.on("end", () => leave(EXIT.done));
  // EIO: the terminal is gone.
  stdin.on("error", () => leave(EXIT.stopped));
  // What is printed on the other screen goes with it: the terminal first.
  const fail = (error: unknown): never => {
    putBack();
    printError(error, process.argv.includes("--verbose"));
    return process.exit(EXIT.failed);
  };
  let view: View = FIRST_VIEW;
  let onKey = (_: PressedKey): void => undefined;
  const parts = readParts(
    {
      system,
      stream: (command) => streamLines(command, "ignore"),
      elapsed: () => performance.now(),
      sleep: async (milliseconds) => void (await sleep(milliseconds)),
      onNews: () => draw(),
    },
    index,
  );
  const draw = (): void => {
    if (terminal === undefined) return;
    try {
      drawOnce(terminal, parts.state(), sizeOf(stdout), view, cut);
    } catch (error) {
      fail(error);
    }
  };
  const open = (): void => {
    terminal = openTerminal({ input: stdin, output: stdout }, (key) => onKey(key));
    draw();
  };
  const look = (next: View): void => {
    view = next;
    const rows = sizeOf(stdout).rows;
    parts.readLog(view.page === "log" ? chosenOf(parts.state(), view)?.name : undefined, rows);
    draw();
  };
  const act = async (action: Action): Promise<void> => {
    switch (action.do) {
      case "quit":
        return leave(EXIT.done);
      case "redraw":
        terminal?.clear();
        return draw();
      case "show":
        return look(action.view);
      case "restart":
        putBack();
        terminal = undefined;
        await restart(action.name);
        look(action.view);
        return open();
      default:
        return action satisfies never;
    }
  };
  onKey = (key) => {
    const state = parts.state();
    void act(press(state, shownView(state, sizeOf(stdout), view), key)).catch(fail);
  };
  stdout.on("resize", () => {
    terminal?.clear();
    look(view);
  });
  look(view);
  open();
  for (;;) {
    await sleep(TICK_MS);
    draw();
  }
}

function sizeOf({ rows, columns }: NodeJS.WriteStream): Size {
  // A terminal that nobody told its size says 0.
  return { rows: rows || 24, columns: columns || 80 };
}

function drawOnce(
  terminal: OpenTerminal,
  state: Parameters<typeof screenOf>[0],
  size: Size,
  view: View,
  cut: Cut,
): void {
  const colour = useColour();
  terminal.draw(screenOf(state, size, view, cut).map((line) => (colour ? coloured(line) : line.text)));
}

/** On the terminal as it was: what `svc restart` says is there afterwards, too. */
async function restart(name: string): Promise<void> {
  print(`svc restart ${name}`);
  try {
    await (await import("./svc-control.ts")).controlNames("restart", [name]);
  } catch (error) {
    printError(error, false);
  }
  await anyKey(`press enter to go back to svc dash`);
}

async function anyKey(sentence: string): Promise<void> {
  const { converse } = await import("./ask.ts");
  const { put, end } = converse();
  // Ctrl-D, or a terminal that is gone, goes back as well.
  await put(`${sentence} `).catch(() => undefined);
  end();
}

const COLOURS: Readonly<Record<Tone, string>> = {
  title: "1",
  good: "32",
  warn: "33",
  bad: "31",
  faint: "2",
  plain: "",
};

function coloured({ text, tone }: Line): string {
  return tone === "plain" || text === "" ? text : `\u001b[${COLOURS[tone]}m${text}\u001b[0m`;
}
