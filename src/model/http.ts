/** A question to a program of this host at its loopback port, as a value: asked only by system/. */
import type { Secret } from "./secret.ts";

export interface HttpQuestion {
  readonly method: "GET" | "POST";
  readonly port: number;
  /** With its query. */
  readonly path: string;
  /** Goes into the header Authorization; absent where nobody asks for it. */
  readonly bearer?: Secret;
  /** JSON; it may hold values of secrets, so that nothing prints it. */
  readonly body?: Secret;
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}
