/** Work whose failure is itself what somebody wants to know. */
import { UserError } from "../model/diagnostic.ts";

/** What it failed of; undefined where it did not. Every error that is no UserError is one of ours and goes on. */
export async function failureOf(work: Promise<unknown>): Promise<UserError | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}
