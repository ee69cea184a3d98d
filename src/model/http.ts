/** A question to a program of this host, as a value: asked only by system/. */
import type { Secret } from "./secret.ts";

export interface HttpQuestion {
  readonly method: "GET" | "POST";
  readonly port: number;
  /** By a name and with TLS, as clients ask; absent: at the loopback address. */
  readonly by?: HttpName;
  /** With its query. */
  readonly path: string;
  /** Goes into the header Authorization; absent where nobody asks for it. */
  readonly bearer?: Secret | undefined;
  /** JSON; it may hold values of secrets, so that nothing prints it. */
  readonly body?: Secret;
  readonly timeoutMs: number;
}

export interface HttpName {
  readonly name: string;
  /** Where it leads, whatever the host's resolver says of it. */
  readonly address: string;
  /** PEM of who must vouch for it; undefined: whoever everybody trusts. */
  readonly trust: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}
