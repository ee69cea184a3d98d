/** The system that changes the host. */
import { RealClock } from "./clock.ts";
import { RealFiles } from "./files.ts";
import { RealHost } from "./host.ts";
import type { Dns, Http, System } from "./interfaces.ts";
import { ownCode } from "./own-code.ts";
import { RealRandomness } from "./random.ts";
import { RealRunner } from "./runner.ts";
import { realSignals } from "./signals.ts";

/** Most commands ask nobody, and node takes long to load all that asking needs. */
const http: Http = {
  ask: async (question, onLine) => new (await import("./http.ts")).RealHttp().ask(question, onLine),
};

const dns: Dns = {
  addresses: async (question) => new (await import("./dns.ts")).RealDns().addresses(question),
};

export function makeSystem(): System {
  return {
    runner: new RealRunner(),
    files: new RealFiles(),
    host: new RealHost(),
    clock: new RealClock(),
    random: new RealRandomness(),
    http,
    dns,
    signals: realSignals,
    code: ownCode,
  };
}
