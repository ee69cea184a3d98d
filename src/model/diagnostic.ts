/** Errors that a person can act on: where, what, and a hint. */
import type { ErrorCode } from "./error-kinds.ts";
import { EXIT } from "./exit-code.ts";

/** A place in a configuration file. Line and column count from 1. */
export interface Written {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Dotted path of the value, for example "services.opik.ports.web". Empty for the whole file. */
  readonly path: string;
}

/** One finding in a configuration file. */
export interface Diagnostic extends Written {
  readonly message: string;
  readonly hint?: string;
}

/** "FILE:LINE:COLUMN PATH: MESSAGE" and, on a second line, the hint. */
export function formatDiagnostic(d: Diagnostic): string {
  const subject = d.path === "" ? "" : ` ${d.path}:`;
  const head = `${d.file}:${d.line}:${d.column}${subject} ${d.message}`;
  return d.hint === undefined ? head : `${head}\n  hint: ${d.hint}`;
}

/** The user, the configuration or the host is at fault: printed without a stack trace, exit code 1 unless it has its own. */
export class UserError extends Error {
  readonly hint: string | undefined;
  readonly exitCode: number = EXIT.failed;
  /** Its kind, for programs and for `install-quadlets help CODE`. */
  readonly code: ErrorCode;
  constructor(message: string, hint?: string, code: ErrorCode = "failed") {
    super(message);
    this.name = "UserError";
    this.hint = hint;
    this.code = code;
  }
}

/** How every error is made that has no class of its own: its kind comes first. */
export function userError(code: ErrorCode, message: string, hint?: string): UserError {
  return new UserError(message, hint, code);
}

/** Every finding of a configuration at once. */
export class ConfigError extends UserError {
  override readonly code: ErrorCode = "configuration";
  readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join("\n"));
    this.name = "ConfigError";
    this.diagnostics = diagnostics;
  }
}

/** Somebody changed his mind: a no to a question, or Ctrl-C. Neither done nor failed. */
export class Stopped extends UserError {
  override readonly code: ErrorCode = "stopped";
  override readonly exitCode: number = EXIT.stopped;
}

/** Without a hint: whoever prints it knows what was typed, and says the same with sudo in front. */
export class NeedsRoot extends UserError {
  override readonly code: ErrorCode = "needs-root";
  override readonly exitCode: number = EXIT.needsRoot;
}
