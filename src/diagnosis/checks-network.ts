/** Checks of the network: ports, Tailscale, addresses, firewalls, and when the network is up. */

import { FIREWALL_TABLE, FIREWALL_UNIT } from "../model/places.ts";
import { type Check, check, ok, problem, skip, unless, warning } from "./check.ts";
import { judgeFirewalls } from "./firewalls.ts";
import { portFindings, portsText } from "./ports.ts";

const UP = "sudo systemctl start network-online.target";
/** Which of them makes network-online.target mean something is the distribution's choice. */
const WAITERS = ["NetworkManager-wait-online.service", "systemd-networkd-wait-online.service"];

export const networkChecks: readonly Check[] = [
  check({
    id: "ports",
    group: "network",
    what: "who holds 53, 80, 443, 8081 and each published port, and on which address",
    finds: "a port of ours, or one that the default stack wants, that another program holds",
    from: ["sockets"],
    judge: ({ sockets }, about) => unless(portFindings(sockets, about), portsText(sockets)),
  }),
  check({
    id: "address",
    group: "network",
    what: "whether the address that the site serves is on an interface",
    finds: "an address that is gone: nobody outside reaches any service",
    needsRoot: true,
    ours: true,
    from: ["index", "addresses", "tailscale"],
    judge: ({ index: { address }, addresses, tailscale }) => {
      if (addresses.includes(address)) return ok(`the site serves ${address}`);
      if (isTailnetAddress(address) && tailscale.installed && tailscale.state !== "Running")
        return skip("Tailscale is not connected, and it is its address");
      return {
        found: [problem(`the address ${address}, which the site serves, is on no interface`, undefined, NEW_ADDRESS)],
      };
    },
  }),
  check({
    id: "network-online",
    group: "network",
    what: "whether network-online.target is reached, which every user quadlet waits for",
    finds:
      "a target that nothing reaches (podman then waits 90 s at each start), and what waits for the network and failed",
    from: ["units"],
    judge: ({ units }, { installed }) => {
      const failed = WAITERS.filter((unit) => units.get(unit) === "failed");
      if (failed.length > 0) {
        const [unit = ""] = failed;
        const message = `${unit} has failed: the boot waits for a network that it does not see`;
        return { found: [warning(message, `sudo systemctl restart ${unit}`, ONLINE)] };
      }
      if (units.get("network-online.target") === "active") return ok("network-online.target is reached");
      // Our user managers want it; without them nobody need.
      if (!installed) return ok("nothing wants network-online.target yet; a run makes its user managers want it");
      return {
        found: [warning("network-online.target is not reached: user quadlets wait 90 s for it at each start", UP)],
      };
    },
  }),
  check({
    id: "firewall",
    group: "network",
    what: "firewalld and ufw, which come on top of our own table",
    finds: "one of them that refuses what comes in where the site is served",
    from: ["firewall", "units", "sockets"],
    judge: judgeFirewalls,
  }),
  check({
    id: "firewall-table",
    group: "network",
    what: "our own nftables table, which says who may call what",
    finds: "a table that is not loaded: every user of this host may call every service",
    needsRoot: true,
    ours: true,
    from: ["firewall"],
    judge: ({ firewall: { table } }) => {
      if (table === undefined) return skip("there is no port to guard");
      if (table) return ok(`the table inet ${FIREWALL_TABLE} is loaded`);
      const message = `the table inet ${FIREWALL_TABLE} is not loaded: every user of this host may call every service`;
      return { found: [problem(message, `sudo systemctl restart ${FIREWALL_UNIT}`)] };
    },
  }),
  check({
    id: "docker",
    group: "network",
    what: "Docker beside us",
    finds:
      "nothing by itself: what it publishes shows among the ports, and what its forwarding opens in Tailscale's findings",
    from: ["units"],
    judge: ({ units }) =>
      units.get("docker.service") === "active"
        ? ok("Docker runs beside us: it has its own tables, and publishes ports on every address")
        : ok("no Docker runs here"),
  }),
];

const ONLINE = "where another program keeps the network, systemctl disable the one that waits in vain";
const NEW_ADDRESS =
  "give the interface its address back; where it has another for good, sudo install-quadlets serves that";

/** 100.64.0.0/10 */
export function isTailnetAddress(address: string): boolean {
  const [first, second = 0] = address.split(".").map(Number);
  return first === 100 && second >= 64 && second < 128;
}
