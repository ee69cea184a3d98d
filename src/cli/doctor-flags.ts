/** `install-quadlets doctor` as a command: its flags and its help, apart from what it does. */
import type { Command } from "commander";

export interface DoctorOptions {
  readonly json?: boolean;
  readonly bundle?: string;
  readonly images?: boolean;
}

const HELP = `
Groups: host, podman, accounts, network, names, gpu, services, data.
It only reads, and takes less than two seconds: what does not answer by then is cut off, and said. Nobody
outside of this host is asked, but with --images, which waits up to 20 seconds for registries. A line starts with "ok", "warning"
(it works, and there is something to be done) or "problem" (something does not work, or will not); "repair:" is a command to paste.
Exit codes: 0 no problems, 1 problems. docs/doctor.md lists the checks.`;

export function doctorFlags(command: Command): Command {
  return command
    .description("what is wrong with this host, and what repairs it; read-only, most of it without root")
    .option("--json", "print the findings as JSON")
    .option("--images", "ask registries, too, whether they have newer images; nothing is pulled")
    .option(
      "--bundle <file>",
      "write a support bundle without secrets into a new file: findings, versions, units, logs of what fails",
    )
    .addHelpText("after", HELP);
}
