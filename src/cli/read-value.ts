/** The value of a secret, from a pipe or typed without an echo: never from the command line, which every user can read. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { Stopped, type UserError, userError } from "../model/diagnostic.ts";
import { Secret } from "../model/secret.ts";

/** podman takes less than this (its secrets package, maxSecretSize). */
const TOO_MANY_BYTES = 512_000;
/** A byte order mark is as invisible as a control character. */
const INVISIBLE = /[\p{Cc}\uFEFF]/u;

export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

const TERMINAL: Terminal = { input: process.stdin, output: process.stderr };

export async function readValue(title: string, terminal: Terminal = TERMINAL): Promise<Secret> {
  const given = terminal.input.isTTY === true ? await typed(title, terminal) : await piped(terminal.input);
  return new Secret(checkValue(given));
}

/** Without the line break that ends it. Nothing of the value is quoted: what is refused may be one all the same. */
export function checkValue(given: Uint8Array): string {
  const text = decode(given).replace(/\r?\n$/, "");
  if (text === "") throw unfit("it is empty");
  if (given.length >= TOO_MANY_BYTES) throw unfit(`podman takes less than ${TOO_MANY_BYTES} bytes`);
  if (/[\r\n]/.test(text)) throw unfit("it is more than one line");
  if (INVISIBLE.test(text)) throw unfit("there are characters in it that nobody can see");
  return text;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw unfit("it is not text (UTF-8)");
  }
}

function unfit(why: string): UserError {
  return userError("bad-value", `that is no value for a secret: ${why}; nothing was changed`);
}

async function piped(input: NodeJS.ReadableStream): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    // /dev/zero has no end.
    if (size > TOO_MANY_BYTES) break;
  }
  return Buffer.concat(chunks);
}

/** readline knows the keys of a terminal; what it would echo goes nowhere. */
async function typed(title: string, { input, output }: Terminal): Promise<Uint8Array> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const keys = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  // Only now: what is typed before the terminal is readline's is echoed by the kernel.
  output.write(`value of ${title} (it is not shown): `);
  const lines: string[] = [];
  // Ctrl-C and Ctrl-D close it, too.
  await new Promise<void>((resolve) => {
    keys.on("close", resolve);
    keys.on("line", (line) => {
      lines.push(line);
      // The rest of what was pasted is there already: it must not reach the shell, and is more than a value.
      setImmediate(() => keys.close());
    });
  });
  output.write("\n");
  if (lines.length === 0) throw new Stopped("no answer; nothing was changed");
  return Buffer.from(lines.join("\n"));
}
