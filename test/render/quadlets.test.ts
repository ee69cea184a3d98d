/** Quadlets that a service brings along: their files, their units, and what a change of one touches. */
import { expect, test } from "vitest";
import { parse } from "yaml";
import { stepsOf } from "../../src/model/plan.ts";
import { gpuFindings } from "../../src/plan/gpu-devices.ts";
import { quadletWarnings } from "../../src/runs/quadlet-warnings.ts";
import { planOf, settledWorld } from "../plan/support.ts";
import { ownSources, renderSite } from "./support.ts";

const SERVICE = `
description: web
account: { user: web, home: /var/lib/web }
directories: [{ path: data }]
secrets: { token: { generate: { length: 40, alphabet: hex } } }
ports: { web: { host: 8090, container: 80, bind: [loopback] } }
quadlets: [web/web.pod, web/net.network, web/front.container, web/back.container, web/own.build, web/made.container]
`;
const FILES = parse(`
web/web.pod: "[Pod]\\nPublishPort=127.0.0.1:8090:80\\nNetwork=net.network\\n"
web/net.network: "# mine, \\t with odd  blanks \\n[Network]\\n"
web/front.container: "[Unit]\\nAfter=back.service\\n[Container]\\nPod=web.pod\\nImage=docker.io/lab/echo:1\\nHealthCmd=true\\nSecret=web-token\\nVolume=%h/data:/data\\n[Service]\\nTimeoutStartSec=2min\\n"
web/front.container.d/10-a.conf: "[Container]\\nEnvironment=A=b\\n"
web/back.container: "[Container]\\nPod=web.pod\\nContainerName=behind\\nImage=docker.io/lab/other:1\\n"
web/own.build: "[Build]\\nImageTag=localhost/own:1\\nFile=/srv/Containerfile\\n"
web/made.container: "[Container]\\nImage=localhost/own:1\\n[Service]\\nType=oneshot\\nRemainAfterExit=yes\\n"
`) as Readonly<Record<string, string>>;

const render = (changes: Readonly<Record<string, string>> = {}, service = SERVICE) =>
  renderSite(ownSources({ web: service }, { ...FILES, ...changes }));
const state = render();

test("files lie as they are in root's directory of the account, drop-ins in folders of their own", () => {
  const root = "/etc/containers/systemd/users/800";
  const units = state.files.filter(({ role }) => role.kind === "user-unit");
  expect(Object.fromEntries(units.map(({ path, content }) => [path, content]))).toEqual(
    Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`${root}/${name.slice("web/".length)}`, text])),
  );
  expect(units.every(({ owner, mode }) => owner.uid === 0 && mode === 0o644)).toBe(true);
  expect(state.directories.map(({ path }) => path)).toContain(`${root}/front.container.d`);
});

test("units say what they are, run, need and wait for", () => {
  const short = state.units.map(
    ({ plainName, kind, podUnit, container, after, health, startTimeoutSeconds: limit }) => ({
      plainName,
      kind,
      ...(podUnit && { podUnit }),
      ...(container && { container }),
      ...(after.length > 0 && { after }),
      ...(health && { health }),
      ...(limit !== 90 && { limit }),
    }),
  );
  expect(short).toEqual([
    { plainName: "web-pod", kind: "pod", after: ["net-network.service"] },
    { plainName: "net-network", kind: "oneshot" },
    {
      plainName: "front",
      kind: "container",
      podUnit: "web-pod.service",
      container: { name: "systemd-front", image: "docker.io/lab/echo:1" },
      after: ["web-pod.service", "back.service"],
      health: { container: "systemd-front" },
      limit: 120,
    },
    {
      plainName: "back",
      kind: "container",
      podUnit: "web-pod.service",
      container: { name: "behind", image: "docker.io/lab/other:1" },
      after: ["web-pod.service"],
    },
    { plainName: "own-build", kind: "oneshot" },
    { plainName: "made", kind: "oneshot", container: { name: "systemd-made", image: "localhost/own:1" } },
  ]);
  const front = state.units.find(({ plainName }) => plainName === "front");
  expect(front?.secrets).toEqual(["web-token"]);
  expect(front?.files.map((path) => path.replace(/.*800\//, ""))).toEqual([
    "front.container",
    "front.container.d/10-a.conf",
    "/var/lib/web/data",
  ]);
});

test("images are pulled, but for those that a build of the service makes; the index knows containers by name", () => {
  expect(state.images.map(({ reference }) => reference)).toEqual(["docker.io/lab/echo:1", "docker.io/lab/other:1"]);
  const index = state.files.find(({ path }) => path.endsWith("/index.json"))?.content ?? "{}";
  const [service] = JSON.parse(index).services;
  expect(service.units.map((unit: { container?: string }) => unit.container)).toEqual([
    undefined,
    undefined,
    "systemd-front",
    "behind",
    undefined,
    "systemd-made",
  ]);
});

test.each([
  [{}, []],
  [{ "web/front.container.d/10-a.conf": "[Container]\nEnvironment=A=c\n" }, ["restart front"]],
  [{ "web/back.container": `${FILES["web/back.container"]}# more\n` }, ["restart back"]],
  [{ "web/net.network": "[Network]\n" }, ["restart web-pod", "restart net-network", "start front", "start back"]],
])("a change restarts what it is about: %j", (changes, wanted) => {
  const settled = settledWorld(state);
  const planned = stepsOf(planOf({ ...settled, desired: render(changes) })).map(({ summary }) => summary);
  expect(planned.filter((line) => /^(start|restart) /.test(line))).toEqual(wanted);
});

/** A run that was cut off may have written the file: then only the record tells. */
test("what a unit runs with counts its drop-ins, its secrets and what it needs", () => {
  const prints = (given = state) => given.units.map(({ plainName, fingerprint }) => `${plainName} ${fingerprint}`);
  const differ = (given: typeof state) =>
    prints(given)
      .filter((line) => !prints().includes(line))
      .map((line) => line.split(" ")[0]);
  expect(differ(render({ "web/front.container.d/10-a.conf": "[Container]\nEnvironment=A=c\n" }))).toEqual(["front"]);
  expect(differ(render({}, SERVICE.replace("length: 40", "length: 41")))).toEqual(["front"]);
  expect(differ(render({ "web/net.network": "[Network]\n" }))).toEqual(["web-pod", "net-network", "front", "back"]);
});

test("the trial of a plan has drop-ins in their folders", () => {
  const settled = settledWorld(state);
  const { trial } = planOf({ ...settled, desired: render({ "web/net.network": "[Network]\n" }) });
  expect(trial?.files.map(({ name }) => name)).toContain("front.container.d/10-a.conf");
  expect(trial?.units).toContain("net-network.service");
});

test.each([
  [
    { "web/back.container": "[Container]\nImag=docker.io/lab/other:1\nPod=web.pod\n" },
    /web\/back\.container:2:1 Container\.Imag: .*\n.*did you mean|Image/,
  ],
  [
    { "web/back.container": "[Container]\nImage=docker.io/lab/other:1\nPod=none.pod\n" },
    /back\.container:3:1 .*none\.pod.*\[missing-file\]/,
  ],
])("what podman would lose refuses the run, with its place: %j", (changes, words) => {
  expect(() => render(changes)).toThrow(words);
});

test("a port of the tailnet stands at the address that the host has there", () => {
  const service = SERVICE.replace("[loopback]", "[tailnet]");
  const at = (address: string) => ({ "web/web.pod": `[Pod]\nPublishPort=${address}:8090:80\nNetwork=net.network\n` });
  expect(() => render(at("100.64.0.1"), service)).not.toThrow();
  expect(() => render(at("100.64.0.2"), service)).toThrow(
    "services/web/web.pod:2:1 Pod.PublishPort: 100.64.0.2 is not the address that this host has for the tailnet",
  );
});

test("a container beside them publishes only what they do not", () => {
  const mixed = SERVICE.replace(
    "8090, container: 80, bind: [loopback] }",
    "8090, container: 80, bind: [loopback] }, own: { host: 8091, container: 81, bind: [loopback] }",
  );
  const both = render({}, `${mixed}containers: { side: { image: "docker.io/lab/side:1", listens: [81] } }\n`);
  const side = both.files.find(({ path }) => path.endsWith("/800/web.container"))?.content ?? "";
  expect(side.match(/^PublishPort=.*/gm)).toEqual(["PublishPort=127.0.0.1:8091:81"]);
});

test("a card that one asks for is looked for before it starts, and shared with others in turns", () => {
  const one = `${SERVICE.replace("web/made.container", "web/made.container, web/card.container")}`;
  const two = "account: { user: two, home: /var/lib/two }\ndescription: two\n";
  const asks = 'containers: { two: { image: "docker.io/lab/two:1", devices: ["nvidia.com/gpu=all"] } }\n';
  const card = { "web/card.container": "[Container]\nImage=docker.io/lab/card:1\nAddDevice=nvidia.com/gpu=0\n" };
  const desired = renderSite(ownSources({ web: one, two: two + asks }, { ...FILES, ...card }));
  expect(desired.files.map(({ path }) => path).filter((path) => path.includes("turn"))).toEqual([
    "/etc/containers/systemd/users/800/card.container.d/zz-install-quadlets-turn.conf",
    "/etc/containers/systemd/users/800/web.turn.service",
    "/etc/containers/systemd/users/801/two.turn.service",
  ]);
  const plan = planOf({ ...settledWorld(state), desired });
  const found = gpuFindings(plan, desired, { defined: new Map([["nvidia.com/gpu=all", []]]), toolkit: true });
  expect(found.map(({ message }) => message)).toEqual([
    "card asks for nvidia.com/gpu=0, and no CDI specification of this host defines it",
  ]);
});

test("warnings are told where a plan writes their files, and refuse nothing", () => {
  const changes = {
    "web/back.container": `${FILES["web/back.container"]}Environment=A=b c\n`,
  };
  const desired = render(changes);
  const told = quadletWarnings(desired, planOf({ ...settledWorld(state), desired }));
  const at = /^warning: services\/web\/back\.container:5:17 Container\.Environment: .* \[([a-z-]+)\]/;
  expect(told.map((line) => at.exec(line)?.[1])).toEqual(["value-with-blanks", "name-without-value"]);
  expect(quadletWarnings(desired, planOf(settledWorld(desired)))).toEqual([]);
});
