/** Cuts off what takes too long, and keeps what throws from ending anything else. */
import type { Settled } from "../diagnosis/judge-all.ts";
import { UserError } from "../model/diagnostic.ts";

export async function within<T>(limitMs: number, work: () => Promise<T>): Promise<Settled<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Settled<T>>((resolve) => {
    timer = setTimeout(() => resolve({ kind: "late", seconds: limitMs / 1000 }), limitMs);
  });
  try {
    return await Promise.race([settle(work), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function settle<T>(work: () => Promise<T>): Promise<Settled<T>> {
  try {
    return { kind: "known", value: await work() };
  } catch (error) {
    return { kind: "failed", message: wordsOf(error) };
  }
}

/** What follows the first line is what a program printed. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [first = ""] = error.message.split("\n");
  return error instanceof UserError ? first : `a fault of install-quadlets: ${first}`;
}
