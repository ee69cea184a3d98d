/** What members of the group of readers may do without root, a line a command; what is not here nobody else may let them. */
import { looks } from "./effects.ts";

/** Of every command: how it speaks, and of which service. */
const COMMON = ["json", "verbose", "color", "service"];

const LOGS = ["follow", "lines", "since", "all"];
/** Of every program that looks after one service. */
const APP = { status: ["watch"], health: [], logs: ["follow", "since"], follow: [] };

/**
 * With the flags that they may give besides those. Left out, though it is read-only: what shows secrets (credentials, keys, pages with
 * what to log in with), what costs tokens (bench, test, compare, load, --ask), what reads or writes a file that is named, what asks others
 * than this host (--images), and what keeps the disk busy at will (backups --verify).
 */
const READERS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  svc: {
    list: ["all"],
    status: ["watch"],
    top: ["once"],
    alerts: [],
    logs: LOGS,
    where: [],
    versions: [],
    client: [],
  },
  "vllm-manage": { ...APP, gpu: [], "models list": [] },
  "opik-manage": APP,
  "gateway-manage": { ...APP, usage: ["by", "days"], "models list": [], "cache stats": [] },
  "install-quadlets": { verify: [], history: [], doctor: [], backups: [], ports: [] },
};

/** `flags`: the names of all that were typed. A command that changes anything is never read, whatever stands here. */
export function mayRead(program: string, path: string, flags: readonly string[]): boolean {
  const commands = Object.hasOwn(READERS, program) ? READERS[program] : undefined;
  if (commands === undefined || !Object.hasOwn(commands, path) || looks(program, path) === undefined) return false;
  const allowed = [...COMMON, ...(commands[path] ?? [])];
  return flags.every((flag) => allowed.includes(flag));
}
