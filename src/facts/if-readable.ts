/** What an account or a program may withhold without being at fault: then it is not known, and whoever asked goes on. */
import { UserError } from "../model/diagnostic.ts";

/** Undefined where reading it ended in a UserError; every other error is one of ours and goes on. */
export async function ifReadable<T>(fact: Promise<T>): Promise<T | undefined> {
  try {
    return await fact;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
