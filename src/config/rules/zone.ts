/** Rules about the zone and who else uses it, and about people. */
import { spotAt } from "../report.ts";
import { PUBLIC_SUFFIXES } from "./public-suffixes.ts";
import type { Rule } from "./world.ts";

const HINT = "use a name below .internal, which is reserved for private networks, or below a domain of yours";

/** Zones that programs and systems keep for something else (RFC 6761, 6762, 7686, 8375). */
const RESERVED: Readonly<Record<string, string>> = {
  localhost: "means this machine itself (RFC 6761)",
  local: "belongs to multicast DNS (RFC 6762), so many systems never ask a server for it",
  onion: "belongs to Tor (RFC 7686)",
  invalid: "never exists (RFC 6761)",
  arpa: "belongs to the Internet's own infrastructure, all but home.arpa",
  "ts.net": "belongs to Tailscale",
};

/** A private zone hides the public one from every client, and no browser takes a certificate for *.co.uk. */
export const zoneIsFree: Rule = ({ site }, report) => {
  const { domain } = site.header;
  const at = spotAt(site.stack, ["domain"]);
  const owner = Object.keys(RESERVED).find((zone) => domain === zone || domain.endsWith(`.${zone}`));
  if (owner !== undefined && !/(^|\.)home\.arpa$/.test(domain)) {
    report(at, `.${owner} ${RESERVED[owner]}`, HINT);
  } else if (PUBLIC_SUFFIXES.has(domain)) {
    report(at, `${domain} is a public suffix: other people have their domains below it`, HINT);
  }
};

/** A service that may call everything is no service that may call only what it declares. */
export const operatorsArePeople: Rule = ({ members, site }, report) => {
  (site.header.operators ?? []).forEach((name, index) => {
    const service = members.find((member) => member.service.account.user === name)?.service.name;
    if (service === undefined) return;
    const message = `${name} is the user of ${service}, and operators are people`;
    report(spotAt(site.stack, ["operators", index]), message, "add the service to `consumers` of what it calls");
  });
};

/** Groups that say nothing of a person: everybody is in one, programs are in the others, and root needs no group. */
const NO_GROUPS_OF_READERS = ["root", "users", "nogroup", "nobody", "daemon", "www-data"];

/** A service that may look at all others sees in their logs what nobody sent to it. */
export const readersArePeople: Rule = ({ members, site }, report) => {
  const { readers } = site.header;
  if (readers === undefined) return;
  const at = spotAt(site.stack, ["readers"]);
  const hint = "name a group that only the people are in who may look";
  const service = members.find((member) => member.service.account.user === readers)?.service.name;
  if (service !== undefined) report(at, `${readers} is the group of ${service}, and readers are people`, hint);
  else if (NO_GROUPS_OF_READERS.includes(readers)) report(at, `${readers} is no group of people who were chosen`, hint);
};
