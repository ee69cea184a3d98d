/** Collects a stream as text of bounded size and hands out its lines as they come. */
import { StringDecoder } from "node:string_decoder";

export interface Collector {
  write(chunk: Uint8Array): void;
  /** Hands out a last line that has no end, and gives the collected text. */
  end(): string;
  text(): string;
}

/** Keeps the last `maxChars` at least; `onLine` also fires on \r, which progress displays use. */
export function collectText(maxChars: number, onLine?: (line: string) => void): Collector {
  const decoder = new StringDecoder("utf8");
  let text = "";
  let open = "";
  const add = (piece: string) => {
    text += piece;
    // Twice the limit before cutting: cutting at every chunk would copy the text each time.
    if (text.length > 2 * maxChars) text = text.slice(-maxChars);
    if (onLine === undefined) return;
    const lines = (open + piece).split(/[\r\n]+/);
    open = lines.pop() ?? "";
    for (const line of lines) if (line !== "") onLine(line);
  };
  return {
    write: (chunk) => add(decoder.write(Buffer.from(chunk))),
    end: () => {
      add(decoder.end());
      if (open !== "") onLine?.(open);
      open = "";
      return text;
    },
    text: () => text,
  };
}
