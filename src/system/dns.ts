/** Asks one name server, and no other, for the addresses of a name. */
import { Resolver } from "node:dns/promises";
import { userError } from "../model/diagnostic.ts";
import type { Dns, DnsQuestion } from "./interfaces.ts";

const TRIES = 2;
/** What a server says that knows the name, or the zone, and has nothing to give. */
const NONE: readonly unknown[] = ["ENOTFOUND", "ENODATA"];

export class RealDns implements Dns {
  async addresses({ name, server, port, timeoutMs }: DnsQuestion): Promise<readonly string[]> {
    const resolver = new Resolver({ timeout: timeoutMs / TRIES, tries: TRIES });
    resolver.setServers([`${server}:${port}`]);
    // The second try of the library waits longer than it was told.
    const timer = setTimeout(() => resolver.cancel(), timeoutMs);
    try {
      return await resolver.resolve4(name);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (NONE.includes(code)) return [];
      const at = `${server}:${port}`;
      if (code === "ECONNREFUSED") throw userError("no-answer", `nobody answers at ${at}`);
      if (code === "ETIMEOUT" || code === "ECANCELLED")
        throw userError("no-answer", `${at} does not answer within ${timeoutMs / 1000} s`);
      throw userError("no-answer", `${at} refuses to say: ${code}`);
    } finally {
      clearTimeout(timer);
    }
  }
}
