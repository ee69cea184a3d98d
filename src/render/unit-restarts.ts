/** How often a unit is tried again, and how long the manager gives it to end. */
import type { Container } from "../model/container.ts";

/** Time that systemd leaves podman after the container's own stop timeout. */
const STOP_MARGIN_SECONDS = 15;

const RESTART_SECONDS = 5;
/**
 * What cannot come up with this card, this model and these settings will not by the tenth time either. The pace leaves a hub or a
 * network that is not there yet some minutes; the time in which they are counted is as long as ten that each run into their limit.
 */
const GPU_STARTS = 10;
const GPU_RESTART_SECONDS = 10;

export interface Restarts {
  readonly unitStopTimeout: number;
  /** Crash after crash ends at last: it occupies what others could have. */
  readonly startLimit: { readonly starts: number; readonly seconds: number } | undefined;
  readonly restartSeconds: number;
}

export function restartsOf(
  { startTimeoutSeconds, stopTimeoutSeconds }: Pick<Container, "startTimeoutSeconds" | "stopTimeoutSeconds">,
  usesGpu: boolean,
): Restarts {
  const unitStopTimeout = stopTimeoutSeconds + STOP_MARGIN_SECONDS;
  if (!usesGpu) return { unitStopTimeout, startLimit: undefined, restartSeconds: RESTART_SECONDS };
  const seconds = GPU_STARTS * (startTimeoutSeconds + unitStopTimeout + GPU_RESTART_SECONDS);
  return { unitStopTimeout, startLimit: { starts: GPU_STARTS, seconds }, restartSeconds: GPU_RESTART_SECONDS };
}
