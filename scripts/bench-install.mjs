/**
 * A first installation with the images present, in the lab: where its time goes, beside the critical path that systemd's own
 * timestamps give. Uninstalls first; data, users and images stay.
 */
import { readFileSync } from "node:fs";
import { $ } from "zx";

const ROUNDS = Number(process.argv[2] ?? "3");
const host = readFileSync(new URL("./bench-install-host.mjs", import.meta.url), "utf8");
const lab = $({ quiet: true });
const COPY = `rm -rf /run/bench; cp -a "$(sed -n 's|.*"\\(.*\\)/dist/.*|\\1|p' /usr/local/bin/install-quadlets)" /run/bench`;

for (let round = 1; round <= ROUNDS; round++) {
  // The program that goes with an uninstall installs, too: a copy.
  await lab`scripts/lab exec -- sh -c ${COPY}`;
  await lab`scripts/lab exec -- install-quadlets uninstall --yes`;
  const begun = performance.now();
  const { stderr } = await lab`scripts/lab exec -- node /run/bench/dist/bin/install-quadlets.cjs --yes --verbose`;
  const total = (performance.now() - begun) / 1000;
  const chain = JSON.parse((await lab({ input: host })`scripts/lab exec -- node --input-type=module -`).stdout);

  const steps = [...stderr.matchAll(/^ *([\d.]+) s {2}(\S.*)$/gm)].map(([, at, what]) => ({ at: Number(at), what }));
  const lengths = steps.map(({ at, what }, index) => `${what} ${((steps[index + 1]?.at ?? total) - at).toFixed(1)}`);
  const critical = chain.reduce((sum, { seconds }) => sum + seconds, 0);
  console.log(
    `first installation, images present: ${total.toFixed(1)} s, ${(total / critical).toFixed(2)} x its critical path`,
  );
  console.log(`  time: planning ${steps[0]?.at.toFixed(1)}, ${lengths.join(", ")}`);
  console.log(
    `  critical path ${critical.toFixed(1)} s: ${chain.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)}`).join(", ")}`,
  );
}
