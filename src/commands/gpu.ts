/** Questions to the drivers of graphics cards. */
import type { Command } from "../model/command.ts";

/** Everything at once; a driver that has to be woken takes seconds. */
export function askNvidia(program: string): Command {
  return { argv: [program, "--query", "--xml-format"], timeoutMs: 30_000 };
}

/**
 * As the user who runs it: prints what is there and cannot be used, complains of what is not there. access(2) opens nothing,
 * so that no driver wakes up. `nodes` are written to, `files` only read.
 */
export function findUnusable(nodes: readonly string[], files: readonly string[]): readonly Command[] {
  const ask = (paths: readonly string[], wanted: readonly string[]): readonly Command[] => {
    // A path that looked like an option would be one, and without any path it would look where it runs.
    const absolute = paths.filter((path) => path.startsWith("/"));
    if (absolute.length === 0) return [];
    const argv = ["find", ...absolute, "-maxdepth", "0", "-not", "(", ...wanted, ")"] as const;
    return [{ argv: [...argv], env: { LC_ALL: "C" }, timeoutMs: 30_000 }];
  };
  return [...ask(nodes, ["-readable", "-writable"]), ...ask(files, ["-readable"])];
}
