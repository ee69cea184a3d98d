/** A view that is drawn anew again and again on a terminal. */

/** Cursor to the top left corner, and all below it empty. */
const CLEAR = "\u001b[H\u001b[J";

/** No longer than the terminal: what scrolls away cannot be drawn over. */
export function screen(text: string, now: Date): string {
  const { rows = 24, columns = 80 } = process.stdout;
  const lines = text.split("\n").slice(0, Math.max(1, rows - 2));
  return `${CLEAR}${[now.toTimeString().slice(0, 8), ...lines.map((line) => line.slice(0, columns))].join("\n")}`;
}
