/** The doorway to the libraries that draw on a terminal, and to Node's reader of keys; a part of its own in the build. */
import { emitKeypressEvents } from "node:readline";
import ansiEscapes from "ansi-escapes";
import { createLogUpdate } from "log-update";
import stringWidth from "string-width";

export interface PressedKey {
  readonly name: string;
  readonly ctrl: boolean;
}

export interface OpenTerminal {
  /** Lines that fit; what has not changed is not drawn again. */
  draw(lines: readonly string[]): void;
  /** Forgets what is there: after another size, or when somebody else wrote on it. */
  clear(): void;
  /** As it was before. Once closed, it says nothing more; closing it twice is closing it once. */
  close(): void;
}

export interface Ends {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** Takes the whole screen, another one than that of the shell, and every key. */
export function openTerminal({ input, output }: Ends, onKey: (key: PressedKey) => void): OpenTerminal {
  // The cursor is hidden by us: log-update would do it on standard error, which may lead elsewhere.
  let update = createLogUpdate(output, { showCursor: true });
  let open = true;
  const hear = (text: string | undefined, key: { readonly name?: string; readonly ctrl?: boolean }): void =>
    onKey({ name: key.name ?? text ?? "", ctrl: key.ctrl === true });
  emitKeypressEvents(input);
  input.setRawMode(true);
  input.on("keypress", hear);
  input.resume();
  output.write(ansiEscapes.enterAlternativeScreen + ansiEscapes.cursorHide + ansiEscapes.clearViewport);
  return {
    draw: (lines) => {
      if (open) update(lines.join("\n"));
    },
    clear: () => {
      if (!open) return;
      output.write(ansiEscapes.clearViewport);
      update = createLogUpdate(output, { showCursor: true });
    },
    close: () => {
      if (!open) return;
      open = false;
      input.off("keypress", hear);
      input.pause();
      input.setRawMode(false);
      output.write(ansiEscapes.cursorShow + ansiEscapes.exitAlternativeScreen);
    },
  };
}

/** As much of a line as fits: some characters take two columns, and some none. */
export function cut(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let [whole, width] = ["", 0];
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += stringWidth(segment);
    if (width > columns) break;
    whole += segment;
  }
  return whole;
}
