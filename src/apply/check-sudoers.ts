/** Has sudo itself read a rule before it is put in place: one that it cannot read may lock everybody out of it. */
import { checkRules } from "../commands/host.ts";
import { userError } from "../model/diagnostic.ts";
import type { System } from "../system/interfaces.ts";

/** Below /run, where only root makes files; one name, so that what a killed run left is written over. */
const STAGED = "/run/install-quadlets-sudoers";

export async function checkSudoers({ files, runner }: System, content: string): Promise<void> {
  // As it will be: newer ones look at owner and mode, too.
  await files.write(STAGED, content, { mode: 0o440, uid: 0, gid: 0 });
  try {
    const { exitCode, stdout, stderr } = await runner.probe(checkRules(STAGED));
    if (exitCode === 0) return;
    throw userError(
      "host-not-ready",
      `sudo does not take the rule for readers:\n${`${stderr}\n${stdout}`.trim()}`,
      "nothing of sudo was changed; leave `readers` out of stack.yaml",
    );
  } finally {
    await files.remove(STAGED);
  }
}
