/** The commands of `opik-manage`. */
import type { Command } from "commander";
import { findInstance } from "../apps/instance.ts";
import { readIndex } from "../apps/service-index.ts";
import { makeSystem } from "../system/real.ts";
import { appProgram } from "./app-program.ts";
import { backupFlags, restoreFlags } from "./backup-flags.ts";
import { run } from "./run.ts";
import { reinstallFlags, updateFlags } from "./update-flags.ts";

const PREFIX = "opik";

export async function main(argv: readonly string[]): Promise<void> {
  await run(await makeProgram(), argv);
}

export async function makeProgram(): Promise<Command> {
  const program = await appProgram({
    command: "opik-manage",
    description: "Looks after Opik's pod of nine containers.",
    prefix: PREFIX,
  });
  const name = async () =>
    findInstance(await readIndex(makeSystem()), PREFIX, program.opts<{ service?: string }>().service).name;
  const handOn = async (word: string, command: Command, names: readonly string[]) =>
    (await import("./hand-on.ts")).handOn([word], command, names);
  backupFlags(program.command("backup"))
    .description("take its data, all of one moment, as one file")
    .action(async (_, command: Command) => handOn("backup", command, [await name()]));
  restoreFlags(program.command("restore <file>")).action(async (file: string, _, command: Command) =>
    handOn("restore", command, [file]),
  );
  updateFlags(program.command("upgrade"))
    .description("run what registries have now under the same names; a copy of its data is the way back")
    .action(async (_, command: Command) => handOn("update", command, [await name()]));
  reinstallFlags(program.command("reinstall"))
    .description("put back what differs, and make all its containers anew; data and secrets stay")
    .action(async (_, command: Command) => handOn("reinstall", command, [await name()]));
  return program;
}
