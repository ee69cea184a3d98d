/**
 * Runs on the lab host after an installation: the longest chain of units, each with its own start time, behind the start of
 * the user manager that runs it. No installer could be quicker. Prints JSON.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const { services } = JSON.parse(readFileSync("/var/lib/install-quadlets/index.json", "utf8"));
const PROPERTIES = "Id,After,InactiveExitTimestampMonotonic,ActiveEnterTimestampMonotonic";

function show(prefix, units) {
  const argv = [...prefix, "systemctl", ...(prefix.length > 0 ? ["--user"] : []), "show", `--property=${PROPERTIES}`];
  const text = execFileSync(argv[0], [...argv.slice(1), "--", ...units], { encoding: "utf8" });
  return text
    .trim()
    .split(/\n{2,}/)
    .map((block) => {
      const values = Object.fromEntries(
        block.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
      );
      const seconds = (values.ActiveEnterTimestampMonotonic - values.InactiveExitTimestampMonotonic) / 1e6;
      return { name: values.Id, seconds, after: values.After.split(" ") };
    });
}

function longest(service) {
  const ids = ["--reuid", service.uid, "--regid", service.gid, "--init-groups"].map(String);
  const runtime = `XDG_RUNTIME_DIR=/run/user/${service.uid}`;
  const units = show(
    ["setpriv", ...ids, "--", "env", runtime],
    service.units.map(({ unit }) => unit),
  );
  const [manager] = show([], [`user@${service.uid}.service`]);
  const chainTo = (unit) => {
    const earlier = units.filter(({ name }) => unit.after.includes(name)).map(chainTo);
    return [...(earlier.sort((a, b) => sum(b) - sum(a))[0] ?? [manager]), unit];
  };
  return units.map(chainTo).sort((a, b) => sum(b) - sum(a))[0];
}

const sum = (chain) => chain.reduce((total, unit) => total + unit.seconds, 0);
const chains = services.map(longest).sort((a, b) => sum(b) - sum(a));
console.log(JSON.stringify(chains[0].map(({ name, seconds }) => ({ name, seconds }))));
