/** A system that reads but cannot change anything: facts, plan and dry runs get this one. */
import type { Command, CommandResult } from "../model/command.ts";
import type { HttpAnswer, HttpQuestion } from "../model/http.ts";
import type { FileStat, Files, Http, OwnCode, Runner, System } from "./interfaces.ts";

export function readOnly(system: System): System {
  return {
    ...system,
    runner: new ReadOnlyRunner(system.runner),
    files: new ReadOnlyFiles(system.files),
    http: new ReadOnlyHttp(system.http),
    code: readOnlyCode,
  };
}

/** Not a UserError: a write that gets here is a bug of ours. */
export class ReadOnlyViolation extends Error {
  constructor(what: string) {
    super(`read-only run: ${what} refused`);
    this.name = "ReadOnlyViolation";
  }
}

const readOnlyCode: OwnCode = {
  keepIn: async (copy) => {
    throw new ReadOnlyViolation(`keeping code in ${copy}`);
  },
  keepHere: async () => {
    throw new ReadOnlyViolation("keeping code");
  },
};

class ReadOnlyRunner implements Runner {
  readonly #runner: Runner;
  constructor(runner: Runner) {
    this.#runner = runner;
  }

  async run(command: Command): Promise<CommandResult> {
    throw new ReadOnlyViolation(`running ${command.argv.join(" ")}`);
  }

  probe(command: Command): Promise<CommandResult> {
    return this.#runner.probe(command);
  }
}

class ReadOnlyFiles implements Files {
  readonly #files: Files;
  constructor(files: Files) {
    this.#files = files;
  }

  stat(path: string): Promise<FileStat | undefined> {
    return this.#files.stat(path);
  }

  read(path: string, maxBytes?: number): Promise<string | undefined> {
    return this.#files.read(path, maxBytes);
  }

  list(path: string): Promise<readonly string[]> {
    return this.#files.list(path);
  }

  async write(path: string): Promise<void> {
    throw new ReadOnlyViolation(`writing ${path}`);
  }

  async makeDirectory(path: string): Promise<void> {
    throw new ReadOnlyViolation(`making ${path}`);
  }

  async setOwnerAndMode(path: string): Promise<void> {
    throw new ReadOnlyViolation(`changing ${path}`);
  }

  async remove(path: string): Promise<void> {
    throw new ReadOnlyViolation(`removing ${path}`);
  }
}

class ReadOnlyHttp implements Http {
  readonly #http: Http;
  constructor(http: Http) {
    this.#http = http;
  }

  async ask(question: HttpQuestion): Promise<HttpAnswer | undefined> {
    if (question.method !== "GET") throw new ReadOnlyViolation(`asking ${question.path}`);
    return this.#http.ask(question);
  }
}
