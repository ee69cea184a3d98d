/** The programs that carry out runs, by name: one file of the build, because they share nearly all they load. */
import type { Loaded } from "../system/compiled.ts";
import { runsAs } from "../system/own-code.ts";

const PROGRAMS = {
  "install-quadlets": () => import("./install-program.ts"),
  "vllm-manage": () => import("./vllm-program.ts"),
  "gateway-manage": () => import("./gateway-program.ts"),
};

export async function main(argv: readonly string[], loaded: Loaded, name: keyof typeof PROGRAMS): Promise<void> {
  runsAs(loaded);
  const program = await PROGRAMS[name]();
  await program.main(argv);
}
