/** A system that only reads, and in which no command takes longer than `limitMs`: what hangs is ended, and not left behind. */
import type { System } from "../system/interfaces.ts";

export function hurried(system: System, limitMs: number): System {
  const { runner } = system;
  return {
    ...system,
    runner: {
      run: async ({ argv }) => {
        throw new Error(`doctor changes nothing, and was to run ${argv[0]}`);
      },
      probe: (command) => runner.probe({ ...command, timeoutMs: Math.min(command.timeoutMs ?? limitMs, limitMs) }),
    },
  };
}
