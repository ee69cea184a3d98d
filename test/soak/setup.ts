/** A lab with the default stack installed, for all soak tests. */
import { setup as boot, teardown } from "../lab/setup.ts";
import { lab } from "../lab/support.ts";

export { teardown };

export async function setup(): Promise<void> {
  await boot();
  const install = await lab(["install", "--yes"]);
  if (install.code !== 0) throw new Error(`the product does not install:\n${install.out}\n${install.err}`);
}
