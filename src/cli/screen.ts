/** A view that is drawn anew again and again on a terminal. */
import { canDraw } from "./colour.ts";
import { endsWithCtrlC } from "./looking.ts";

/** Cursor to the top left corner, and all below it empty. */
const CLEAR = "\u001b[H\u001b[J";

/** Elsewhere there are lines. */
export function canDrawHere(): boolean {
  return canDraw({ env: process.env, isTerminal: process.stdout.isTTY === true });
}

/** Once more and once more: to Ctrl-C, until nobody reads any more, or until `step` says that it was the last. */
export async function untilUnread(step: () => Promise<"more" | "done">): Promise<void> {
  endsWithCtrlC();
  let open = true;
  process.stdout.on("error", () => {
    open = false;
  });
  while (open && (await step()) === "more");
}

/** No longer than the terminal: what scrolls away cannot be drawn over. */
export function screen(text: string, now: Date): string {
  const { rows, columns } = process.stdout;
  // A terminal that nobody told its size says 0.
  const lines = text.split("\n").slice(0, Math.max(1, (rows || 24) - 2));
  const drawn = [now.toTimeString().slice(0, 8), ...lines.map((line) => line.slice(0, columns || 80))];
  return `${CLEAR}${drawn.join("\n")}`;
}
