/** Opens an address in the browser of whoever called sudo, where that person sits at this host. */
import { mainSession, openInBrowser, sessionType } from "../commands/desktop.ts";
import type { Command } from "../model/command.ts";
import type { System } from "../system/interfaces.ts";

const GRAPHICAL = ["x11", "wayland", "mir"];

/** The person in whose browser it is; undefined where there is none, as on most servers. */
export async function showInBrowser(system: System, url: string): Promise<string | undefined> {
  const user = system.host.sudoUser();
  const xdgOpen = system.host.findProgram("xdg-open");
  // A browser is no program for root.
  if (user === undefined || user === "root" || xdgOpen === undefined) return undefined;
  const session = await answer(system, mainSession(user));
  if (session === "" || !GRAPHICAL.includes(await answer(system, sessionType(session)))) return undefined;
  await system.runner.run(openInBrowser(user, xdgOpen, url));
  return user;
}

async function answer(system: System, command: Command): Promise<string> {
  const { exitCode, stdout } = await system.runner.probe(command);
  return exitCode === 0 ? stdout.trim() : "";
}
