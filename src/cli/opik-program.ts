/** The commands of `opik-manage`. */
import { appProgram } from "./app-program.ts";
import { run } from "./run.ts";

export async function main(argv: readonly string[]): Promise<void> {
  const program = await appProgram({
    command: "opik-manage",
    description: "Looks after Opik's pod of nine containers.",
    prefix: "opik",
    examples: `
Examples:
  opik-manage health
  opik-manage logs backend 200
  opik-manage follow backend
  opik-manage mysql-shell        clickhouse-shell and redis-cli, too; opik-manage mysql-shell -- -e 'show databases'
  opik-manage minio-console      where it is, and what to log in with
  opik-manage credentials        all of them
  opik-manage restart frontend   one member; without a name the whole pod`,
  });
  await run(program, argv);
}
