/** The host of a lab reaches no mirror: packages lie in a directory that apt takes for one. */
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { hostScript, LAB, labName } from "./support.ts";

const REPOSITORY = "/srv/packages";

/** From then on apt knows nothing else. */
export async function giveRepository(packages: readonly string[]): Promise<void> {
  const fetcher = fileURLToPath(new URL("host/packages.sh", import.meta.url));
  const { stdout: directory } = await execa(fetcher, packages, { env: { LAB_NAME: labName() } });
  const unpack = `mkdir -p ${REPOSITORY} && tar -C ${REPOSITORY} -x`;
  await execa("bash", ["-c", 'tar -C "$1" -c . | "$2" exec -- sh -c "$3"', "bash", directory, LAB, unpack], {
    env: { LAB_NAME: labName() },
  });
  await hostScript(`rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*
    echo 'deb [trusted=yes] file:${REPOSITORY} ./' >/etc/apt/sources.list`);
}
