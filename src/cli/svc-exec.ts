/** `svc exec` and `svc shell`: a command, or a shell, inside a running container. */
import { commandIn, containerOf } from "../apps/enter.ts";
import { findTarget, readIndex } from "../apps/service-index.ts";
import { runAttached } from "../system/attached.ts";
import { makeSystem } from "../system/real.ts";

/** The better one where there is one. What has neither says so itself. */
const SHELL = ["/bin/sh", "-c", "command -v bash >/dev/null && exec bash; exec sh"];

export async function exec(name: string, argv: readonly string[], verb = "exec"): Promise<void> {
  const system = makeSystem();
  const target = findTarget(await readIndex(system), name);
  const unit = containerOf(target, verb);
  process.exitCode = await runAttached(
    await commandIn(system, target.service, unit, argv, { terminal: hasTerminal() }),
  );
}

export async function shell(name: string): Promise<void> {
  return exec(name, SHELL, "shell");
}

/** podman refuses a terminal for what is none, and a pipe must stay what it is. */
export function hasTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}
