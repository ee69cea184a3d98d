/** Checks of Tailscale: is it connected, for how long, and does it go past the rules of who may call what. */
import type { Stack } from "../model/service.ts";
import { tailnetFindings } from "../plan/tailnet.ts";
import { type About, type Check, check, type Finding, ok, problem, skip, unless, warning } from "./check.ts";
import { isTailnetAddress } from "./checks-network.ts";
import type { TailscaleFact, WantedPort } from "./parts-network.ts";
import { listed } from "./words.ts";

const SOON_DAYS = 30;
const DAY = 86_400_000;
const MACHINES = "https://login.tailscale.com/admin/machines";
const DNS = "https://login.tailscale.com/admin/dns";

export const tailscaleChecks: readonly Check[] = [
  check({
    id: "tailscale",
    group: "network",
    what: "whether Tailscale is installed, running and connected, and its version",
    finds: "no Tailscale, a daemon that does not answer, a node that is stopped or logged out",
    from: ["tailscale"],
    judge: ({ tailscale }, about) => connection(tailscale, about),
  }),
  check({
    id: "tailscale-rules",
    group: "network",
    what: "ways of Tailscale past the rules of who may call what: userspace mode, Services of a leaky version, serve on our ports",
    finds: "each of them",
    from: ["tailscale", "sockets"],
    judge: ({ tailscale, sockets }) => {
      if (!tailscale.installed || tailscale.state === undefined) return skip("Tailscale does not answer");
      const found = tailnetFindings({ services: asServices(sockets.wanted) }, tailscale);
      return unless(
        found.map(({ message, hint }) => problem(message, undefined, hint)),
        tailscale.served.ports.length === 0
          ? "Tailscale serves nothing of its own"
          : `tailscale serve has ${listed(tailscale.served.ports.map(String))}`,
      );
    },
  }),
  check({
    id: "tailscale-key",
    group: "network",
    what: "until when this host is a member of the tailnet",
    finds: `a key that ends within ${SOON_DAYS} days: the host then vanishes from the tailnet`,
    from: ["tailscale"],
    judge: ({ tailscale: { state, keyExpiry, tagged } }, { now }) => {
      if (state !== "Running") return skip("Tailscale is not connected");
      if (keyExpiry === undefined)
        return ok(tagged ? "the host is tagged, and its key does not end" : "the key of this host does not end");
      const days = Math.floor((keyExpiry.getTime() - now.getTime()) / DAY);
      const until = `${keyExpiry.toISOString().slice(0, 10)} (${days} days)`;
      if (days >= SOON_DAYS) return ok(`the key of this host lasts until ${until}`);
      const hint = `disable its key expiry at ${MACHINES}, or log in again: sudo tailscale up --force-reauth`;
      return {
        found: [
          warning(
            `the key of this host in the tailnet ends on ${until}: then nobody reaches it there`,
            undefined,
            hint,
          ),
        ],
      };
    },
  }),
  check({
    id: "tailscale-https",
    group: "names",
    what: "whether the tailnet gives certificates, and for which names",
    finds: "HTTPS switched off where the site asks for a certificate from Tailscale",
    from: ["tailscale"],
    judge: ({ tailscale: { state, tailnet } }) => {
      if (state !== "Running") return skip("Tailscale is not connected");
      return ok(
        tailnet.names.length > 0
          ? `Tailscale gives certificates for ${listed(tailnet.names)}`
          : `this tailnet gives no certificates (${DNS} switches that on)`,
      );
    },
  }),
  check({
    id: "tailscale-certificate",
    group: "names",
    what: "whether Tailscale still gives the certificate that the site asks for",
    finds: "HTTPS switched off for a site with certificate.tailscale",
    needsRoot: true,
    ours: true,
    from: ["index", "tailscale"],
    judge: ({ index, tailscale: { state, tailnet } }) => {
      const name = index.certificate?.wanted.tailscale?.name;
      if (name === undefined) return skip("the site asks Tailscale for no certificate");
      if (state !== "Running") return skip("Tailscale is not connected");
      if (tailnet.names.includes(name)) return ok(`${name} is one of the names that Tailscale vouches for`);
      const message = `the site answers to ${name}, and Tailscale gives no certificate for that`;
      return { found: [problem(message, undefined, `switch HTTPS certificates on at ${DNS}`)] };
    },
  }),
  check({
    id: "split-dns",
    group: "names",
    what: "whether the tailnet asks this host for the names of the zone (split DNS)",
    finds: "a route for the zone that leads to another host",
    needsRoot: true,
    ours: true,
    from: ["index", "tailscale"],
    judge: ({ index: { domain, address }, tailscale: { routes, state } }) => {
      if (state !== "Running" || !isTailnetAddress(address))
        return skip("the names of the zone are no matter of the tailnet");
      if (routes === undefined) return skip("this Tailscale does not say what it asks whom");
      const servers = routes.get(domain) ?? [];
      if (servers.includes(address)) return ok(`the tailnet asks ${address} for ${domain}`);
      if (servers.length === 0)
        return ok(
          `the tailnet has no split DNS for ${domain}: clients know its names once they are set up, phones not (${DNS})`,
        );
      const message = `the tailnet asks ${listed(servers)} for ${domain}, and the site answers at ${address}`;
      return { found: [warning(message, undefined, `name ${address} for ${domain} at ${DNS}`)] };
    },
  }),
];

function connection({ installed, state, tailnet, health }: TailscaleFact, about: About) {
  const found = (finding: Finding) => ({ found: [finding] });
  // Before the first run it may be meant to go without.
  const level = about.installed ? problem : warning;
  if (!installed)
    return found(
      warning(
        "Tailscale is not installed: without it the site needs `listen` in stack.yaml",
        undefined,
        "https://tailscale.com/download/linux",
      ),
    );
  if (state === undefined)
    return found(level("Tailscale's daemon does not answer", "sudo systemctl restart tailscaled.service"));
  if (state === "NeedsLogin") return found(level("this host is logged out of its tailnet", "sudo tailscale up"));
  if (state === "NeedsMachineAuth")
    return found(level("this host waits for an admin of the tailnet to let it in", undefined, MACHINES));
  if (state !== "Running") return found(level(`Tailscale is not connected (${state})`, "sudo tailscale up"));
  if (tailnet.address === undefined) return found(level("Tailscale gave this host no IPv4 address"));
  const version = tailnet.version === undefined ? "" : ` ${tailnet.version}`;
  const says = health.length === 0 ? "" : `; it says: ${listed(health, 2)}`;
  return ok(`Tailscale${version} is connected, as ${tailnet.address}${says}`);
}

/** The rule that a run keeps looks at nothing else of a service. */
function asServices(wanted: readonly WantedPort[]): Stack["services"] {
  const isLedTo = ({ service, name, redirected }: WantedPort) =>
    !redirected && wanted.some((one) => one.redirected && one.service === service && one.name === name);
  return wanted
    .filter((port) => port.bind.includes("tailnet") && !isLedTo(port))
    .map(({ service, name, port }) => ({
      name: service,
      ports: [{ name, host: port, bind: ["tailnet"] }],
    })) as unknown as Stack["services"];
}
