/** A question to a program of this host, or to a provider of models, as a value: asked only by system/. */
import type { Secret } from "./secret.ts";

export interface HttpQuestion {
  readonly method: "GET" | "POST" | "DELETE";
  readonly port: number;
  /** By a name and with TLS, as clients ask; absent: at the loopback address. */
  readonly by?: HttpName;
  /** Of another machine, as whoever routes asks it. */
  readonly far?: HttpFar;
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

export interface HttpFar {
  /** A name or an address that this host's own resolver leads to. */
  readonly host: string;
  readonly isTls: boolean;
  /** The header that the key goes into, where it is not that of `bearer`. */
  readonly keyHeader?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export function isGood({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300;
}
