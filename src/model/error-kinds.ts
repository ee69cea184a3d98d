/** The kinds of errors that a person is told of: a stable code each, what it means, and what to do; docs/errors.md is made of them. */
import type { ErrorKind } from "./error-kind.ts";
import { ASKED } from "./error-kinds-asked.ts";
import { HOST } from "./error-kinds-host.ts";

/** A code stays what it is once it was released: scripts compare it. */
export type ErrorCode = keyof typeof ASKED | keyof typeof HOST;

export const ERROR_KINDS: Readonly<Record<ErrorCode, ErrorKind>> = { ...ASKED, ...HOST };

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_KINDS, text);
}
