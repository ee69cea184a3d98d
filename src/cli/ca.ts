/** `install-quadlets ca show` and `ca rotate`: which authority clients trust, and the way to another one. */
import { readIndex } from "../apps/service-index.ts";
import { gatherCertificate } from "../facts/certificates.ts";
import type { AuthorityFact, CertificateFact } from "../model/certificate-facts.ts";
import { day } from "../model/day.ts";
import type { DesiredCertificate } from "../model/desired-certificate.ts";
import { next } from "../model/next.ts";
import { makeSystem } from "../system/real.ts";
import { type InstallOptions, install } from "./install.ts";
import { complain, print, printJson } from "./output.ts";

export async function caShow(options: { readonly json?: boolean }): Promise<void> {
  const system = makeSystem();
  const { certificate } = await readIndex(system);
  const fact = certificate && (await gatherCertificate(system, certificate.wanted));
  if (options.json === true) return printJson({ version: 1, ...asJson(certificate?.wanted, fact) });
  if (certificate === undefined || fact === undefined) return print("no service of this site has a certificate");
  if (certificate.wanted.own !== undefined) print(`brought along: ${certificate.wanted.own.certificate}`);
  else describe("authority", fact.authority);
  if (certificate.wanted.own === undefined) describe("next authority, which signs nothing yet", fact.next);
  if (fact.leaf === undefined) return;
  print(`certificate for ${[...fact.leaf.names, ...fact.leaf.addresses].join(", ")}`);
  print(`  until ${day(fact.leaf.notAfter)}\n  ${fact.leaf.fingerprint}`);
}

function describe(what: string, authority: AuthorityFact | undefined): void {
  if (authority === undefined) return;
  const addresses = authority.permits.length === 0 ? "" : `, may vouch for ${authority.permits.join(", ")}`;
  print(`${what}\n  until ${day(authority.notAfter)}${addresses}\n  ${authority.fingerprint}`);
}

function asJson(wanted: DesiredCertificate | undefined, fact: CertificateFact | undefined): object {
  const authority = (one: AuthorityFact | undefined) =>
    one === undefined ? null : { fingerprint: one.fingerprint, until: one.notAfter, addresses: one.permits };
  const own = wanted?.own !== undefined;
  return {
    source: wanted === undefined ? null : own ? "own" : "authority",
    authority: own ? null : authority(fact?.authority),
    next: own ? null : authority(fact?.next),
    certificate: fact?.leaf
      ? {
          fingerprint: fact.leaf.fingerprint,
          until: fact.leaf.notAfter,
          names: [...fact.leaf.names, ...fact.leaf.addresses],
        }
      : null,
  };
}

export async function caRotate(options: InstallOptions & { readonly finish?: boolean }): Promise<void> {
  const finish = options.finish === true;
  await install(options, finish ? "ca rotate --finish" : "ca rotate", { authority: finish ? "finish" : "begin" });
  if (options.json === true || options.dryRun === true) return;
  print(finish ? FINISHED : BEGUN);
  complain(next(finish ? "ca rotate --finish" : "ca rotate"));
}

const BEGUN = `
Two authorities are published now; the old one still signs.`;

const FINISHED = `
The new authority signs now; the old one is kept in the history only, for a rollback.`;
