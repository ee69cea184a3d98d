/** The health keys of a container. */

import type { Container } from "../model/container.ts";
import { userError } from "../model/diagnostic.ts";
import type { Health } from "../model/health.ts";

export interface HealthView {
  readonly command: string;
  readonly notify: boolean;
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  readonly onFailure: "kill" | "none";
  readonly startup: { readonly interval: number } | undefined;
}

/**
 * No start period: with a startup check podman counts no failure before the first success, and TimeoutStartSec= bounds that.
 * HealthStartPeriod= would go on forgiving afterwards, counted from the start of the container (podman libpod/healthcheck.go,
 * runHealthCheck): what hangs in its first hour would stay.
 */
export function healthView(container: Container): HealthView | undefined {
  const { health } = container;
  if (health === undefined) return undefined;
  return {
    command: healthCommand(health.command),
    // A oneshot has no readiness: its end is its success.
    notify: !container.oneshot,
    interval: health.intervalSeconds,
    timeout: health.timeoutSeconds,
    retries: health.retries,
    // systemd restarts, not podman: podman's own restart fights with the unit (podman options/health-on-failure.md)
    onFailure: container.restart === "no" || container.oneshot ? "none" : "kill",
    startup: container.oneshot ? undefined : { interval: 2 },
  };
}

/**
 * What `--health-cmd` takes (podman pkg/specgenutil/specgen.go, MakeHealthCheckFromCli): a JSON array of two or more words
 * runs without a shell; one word runs in a shell; a first word CMD, CMD-SHELL or NONE is a keyword. So a shell string that
 * looks like any of these is wrapped, and argv of one word takes the keyword form.
 */
export function healthCommand(command: Health["command"]): string {
  if (typeof command === "string") {
    return /^\s*\[|^(?:CMD|CMD-SHELL|NONE)(?: |$)/i.test(command) ? JSON.stringify(["CMD-SHELL", command]) : command;
  }
  const [first = "", ...rest] = command;
  if (/^(?:CMD|CMD-SHELL|NONE)$/i.test(first))
    throw userError("cannot-be-written", `a health command cannot be called ${first}`);
  if (rest.length > 0) return JSON.stringify(command);
  if (first === "" || /\s/.test(first))
    throw userError("cannot-be-written", `the health command ${JSON.stringify(command)} needs a second word`);
  return `CMD ${first}`;
}
