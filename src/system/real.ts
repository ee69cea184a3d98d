/** The system that changes the host. */
import { RealClock } from "./clock.ts";
import { RealFiles } from "./files.ts";
import { RealHost } from "./host.ts";
import { RealHttp } from "./http.ts";
import type { System } from "./interfaces.ts";
import { RealRandomness } from "./random.ts";
import { RealRunner } from "./runner.ts";
import { realSignals } from "./signals.ts";

export function makeSystem(): System {
  return {
    runner: new RealRunner(),
    files: new RealFiles(),
    host: new RealHost(),
    clock: new RealClock(),
    random: new RealRandomness(),
    http: new RealHttp(),
    signals: realSignals,
  };
}
