/** firewalld and ufw: whether they let in what is sent to the site, where it is served. */
import { type Finding, ok, unless, type Verdict, warning } from "./check.ts";
import type { Parts } from "./parts.ts";
import type { Opened } from "./parts-network.ts";
import { listed } from "./words.ts";

type Seen = Pick<Parts, "firewall" | "units" | "sockets">;

export function judgeFirewalls({ firewall, units, sockets }: Seen): Verdict {
  const { firewalld, ufw } = firewall;
  const isActive = units.get("firewalld.service") === "active";
  if (!isActive && ufw === undefined) return ok("neither firewalld nor ufw is on");
  const face = firewall.interface;
  const on = [...(isActive ? ["firewalld"] : []), ...(ufw === undefined ? [] : ["ufw"])].join(" and ");
  if (face === undefined) return ok(`${on} is on; where the site is served is known after the first run`);
  const wanted = wantedAt(sockets);
  const found: Finding[] = [];
  if (isTailscale(face)) {
    // Nobody but the tailnet's own rules decides what comes in there: a zone for it is opened as a whole.
    if (isActive && Array.isArray(firewalld?.opened)) found.push(warning(NOT_TRUSTED, TRUST));
    // Before ufw come Tailscale's own rules, which let it in.
    return unless(
      found,
      ufw === undefined ? `${on} lets the tailnet in` : "ufw is on; Tailscale's own rules come before it",
    );
  }
  // What is sent on to another port of ours is let in by firewalld already.
  const byZone = isActive
    ? closed(
        wanted.filter(({ isTarget }) => !isTarget),
        firewalld?.opened,
      )
    : [];
  if (byZone.length > 0) {
    const adds = byZone.map((port) => `--add-port=${port}`).join(" ");
    found.push(
      warning(
        `firewalld refuses ${listed(byZone)} at ${face}, where the site is served`,
        `sudo firewall-cmd --permanent --zone=${firewalld?.zone} ${adds} && sudo firewall-cmd --reload`,
      ),
    );
  }
  const byUfw = ufw === undefined ? [] : closed(wanted, ufw.opened);
  if (byUfw.length > 0) {
    const allows = byUfw.map((port) => {
      const [number, protocol] = port.split("/");
      return `sudo ufw allow in on ${face} to any port ${number} proto ${protocol}`;
    });
    found.push(warning(`ufw refuses ${listed(byUfw)} at ${face}, where the site is served`, allows.join(" && ")));
  }
  const isKnown = (!isActive || firewalld?.opened !== undefined) && (ufw === undefined || ufw.opened !== undefined);
  return unless(
    found,
    isKnown ? `${on} lets in what is sent to the site at ${face}` : `${on} is on; what it lets in is not judged`,
  );
}

interface Wanted {
  readonly port: string;
  /** Reached by another number, which our own table leads here. */
  readonly isTarget: boolean;
}

/** What arrives there from outside, by the number that a firewall sees. */
function wantedAt({ wanted }: Parts["sockets"]): readonly Wanted[] {
  const targets = wanted.filter(({ redirected }) => redirected);
  return wanted
    .filter(({ bind, redirected }) => bind.includes("tailnet") && !redirected)
    .flatMap(({ service, name, port, protocols }) => {
      const isTarget = targets.some((one) => one.service === service && one.name === name);
      return protocols.map((protocol) => ({ port: `${port}/${protocol}`, isTarget }));
    });
}

function closed(wanted: readonly Wanted[], opened: Opened): readonly string[] {
  if (opened === undefined || opened === "everything") return [];
  return [...new Set(wanted.map(({ port }) => port))].filter((port) => !opened.some((one) => covers(one, port)));
}

/** "9000-9010/udp" covers "9001/udp", and "any/tcp" each of its protocol. */
function covers(opened: string, port: string): boolean {
  const [[range = "", by], [number, protocol]] = [opened.split("/"), port.split("/")];
  if (by !== protocol) return false;
  const [first, last = first] = range.split("-").map(Number);
  return (
    range === "any" || (first !== undefined && last !== undefined && first <= Number(number) && Number(number) <= last)
  );
}

/** Of an interface: it is the tailnet's. */
export function isTailscale(face: string): boolean {
  return face.startsWith("tailscale");
}

const NOT_TRUSTED = "firewalld refuses what comes from the tailnet: its interface is in no zone that lets it in";
const TRUST = "sudo firewall-cmd --permanent --zone=trusted --add-interface=tailscale0 && sudo firewall-cmd --reload";
