/** What a person needs to set up a client: the page, the commands and the fingerprint that they pin. */

import { userError } from "../model/diagnostic.ts";
import type { ServiceIndex } from "../model/index-file.ts";
import { STATE_ROOT } from "../model/places.ts";
import { inspectCertificate } from "../pki/inspect.ts";
import type { System } from "../system/interfaces.ts";

export interface ClientSetup {
  readonly page: string;
  readonly fingerprint: string;
  readonly shell: string;
  readonly powershell: string;
}

export async function readClientSetup(system: System, index: ServiceIndex): Promise<ClientSetup> {
  // The next one is there while the authority is changed for another.
  const paths = ["ca.crt", "next.crt"].map((name) => `${STATE_ROOT}/ca/${name}`);
  const read = await Promise.all(paths.map((path) => system.files.read(path)));
  const fingerprint = read.flatMap((pem) => (pem === undefined ? [] : inspectCertificate(pem).fingerprint)).join(",");
  if (index.page === undefined || fingerprint === "") {
    throw userError(
      "does-not-apply",
      "this site has no authority of its own, so there is nothing to set up on clients",
    );
  }
  const { page, address } = index;
  return {
    page,
    fingerprint,
    shell: `curl -fsS ${page}install-client.sh | sudo sh -s -- --fingerprint ${fingerprint} ${address}`,
    // In quotes: a comma outside of them makes a list.
    powershell: `& ([scriptblock]::Create((irm ${page}install-client.ps1))) -Fingerprint '${fingerprint}' -Address ${address}`,
  };
}
