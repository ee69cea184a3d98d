/** A command as it is typed: what it prints, what it says beside that, and how it ends. */
import { vi } from "vitest";

export interface Typed {
  readonly printed: string;
  readonly said: string;
  /** The first `exit N`; empty where the command let the process end by itself. */
  readonly code: string;
}

/** What ends the process ends the command here. A file that uses it restores all mocks after each test. */
export async function typed(
  main: (argv: readonly string[]) => Promise<void>,
  words: readonly string[],
  uid?: number,
): Promise<Typed> {
  let [printed, said, code] = ["", "", ""];
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    said += String(chunk);
    return true;
  });
  vi.spyOn(process.stdout, "write").mockImplementation((chunk, done?: unknown) => {
    if (code === "") printed += String(chunk);
    if (typeof done === "function") done();
    return true;
  });
  if (uid !== undefined) vi.spyOn(process, "geteuid").mockReturnValue(uid);
  const ended = new Error("ended");
  // The first end counts: what is thrown here is taken for an error by whoever is called, told, and ends once more.
  vi.spyOn(process, "exit").mockImplementation((given) => {
    code ||= `exit ${given ?? process.exitCode ?? 0}`;
    throw ended;
  });
  await main(["node", "the-command", ...words]).catch((error: unknown) => {
    if (code === "") throw error;
  });
  return { printed, said, code };
}
