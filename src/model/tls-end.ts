/** The service that ends TLS for all routes: where it finds and lays files, and how it leads round what is replaced. */
import type { AbsolutePath } from "./names.ts";

/** What the service that ends TLS has for the certificate, and for the clients that are to trust it. */
export interface TlsEnd {
  /** Where leaf certificate and key lie; its owner reads them. */
  readonly certificateDirectory: AbsolutePath;
  /** Where clients find the authority's certificate. */
  readonly authorityDirectory: AbsolutePath;
  /** The port at which they do. */
  readonly clientPort: string | undefined;
  /** Where the page about the site finds how it is; undefined where the site wants none. */
  readonly portalDirectory: AbsolutePath | undefined;
  /** How requests are led to second instances and back; undefined where it cannot. */
  readonly detour: Detour | undefined;
}

/** Commands in a container of the service; the hosts of routes follow as arguments. */
export interface Detour {
  /** Unit name without suffix. */
  readonly container: string;
  readonly begin: readonly string[];
  readonly end: readonly string[];
}
