/**
 * A host on which one step goes wrong, for tests of what a run leaves behind: INSTALL_QUADLETS_FAULT="kill:17" ends the
 * program with SIGKILL before its 17th change, "fail:17" makes that change fail once.
 */
import type { Command, CommandResult } from "../model/command.ts";
import { userError } from "../model/diagnostic.ts";
import type { Files, Runner, System } from "./interfaces.ts";

export function withFaults(system: System, specification: string | undefined): System {
  const match = /^(kill|fail):(\d+)$/.exec(specification ?? "");
  if (match === null) return system;
  const at = Number(match[2]);
  let count = 0;
  const step = (what: string): void => {
    count += 1;
    if (count !== at) return;
    if (match[1] === "kill") process.kill(process.pid, "SIGKILL");
    throw userError("failed", `injected fault at change ${at}: ${what}`);
  };
  return { ...system, runner: new FaultyRunner(system.runner, step), files: faultyFiles(system.files, step) };
}

type BeforeChange = (what: string) => void;

class FaultyRunner implements Runner {
  readonly #runner: Runner;
  readonly #step: BeforeChange;
  constructor(runner: Runner, step: BeforeChange) {
    this.#runner = runner;
    this.#step = step;
  }

  async run(command: Command, onLine?: (line: string) => void): Promise<CommandResult> {
    this.#step(`running ${command.argv.join(" ")}`);
    return this.#runner.run(command, onLine);
  }

  probe(command: Command): Promise<CommandResult> {
    return this.#runner.probe(command);
  }
}

function faultyFiles(files: Files, step: BeforeChange): Files {
  return {
    stat: (path) => files.stat(path),
    read: (path, maxBytes) => files.read(path, maxBytes),
    list: (path) => files.list(path),
    write: async (path, content, options) => {
      step(`writing ${path}`);
      await files.write(path, content, options);
    },
    makeDirectory: async (path, options) => {
      step(`making ${path}`);
      await files.makeDirectory(path, options);
    },
    setOwnerAndMode: async (path, options) => {
      step(`changing ${path}`);
      await files.setOwnerAndMode(path, options);
    },
    remove: async (path) => {
      step(`removing ${path}`);
      await files.remove(path);
    },
  };
}
