/** Packages that a host lacks, as an error: of everybody who does not install any, and the reason of who does. */
import { installCommand, packagesText } from "../diagnosis/packages.ts";
import { UserError } from "../model/diagnostic.ts";
import type { HostFacts } from "../model/facts.ts";
import type { Family } from "../model/os.ts";
import { type Lacking, lackingPrograms } from "../plan/packages.ts";
import type { Finding } from "../plan/preflight.ts";

export class PackagesMissing extends UserError {
  override readonly code = "packages-missing";

  readonly lacking: Lacking;
  /** Undefined on a distribution whose package manager nobody here knows. */
  readonly family: Family | undefined;
  constructor(lacking: Lacking, { message, hint }: Finding, family: Family | undefined) {
    super(message, hint);
    this.name = "PackagesMissing";
    this.lacking = lacking;
    this.family = family;
  }
}

/** Throws where packages are missing; gives them as a finding among `others`, which have to be mended anyway. */
export function packageFindings(host: HostFacts, others: readonly Finding[]): readonly Finding[] {
  const lacking = lackingPrograms(host);
  if (lacking === undefined) return [];
  const hint = installCommand(host.os, lacking.needs) ?? packagesText(host.os, lacking.needs);
  const finding = { message: lacking.message, hint };
  if (others.length === 0) throw new PackagesMissing(lacking, finding, host.os.family);
  return [finding];
}
