/** Rules about containers that are replaced side by side: what a second instance needs, and who may have one. */
import type { Container } from "../../model/container.ts";
import type { Port, Service } from "../../model/service.ts";
import { inFile, keyInFile, type Rule } from "./world.ts";

/** At a port of its own, beside the first: where that answers, it must be able to answer as well. */
export const twinPortsStandBesideTheFirst: Rule = ({ members }, report) => {
  for (const member of members) {
    const { ports, pod } = member.service;
    for (const port of ports) {
      const first = ports.find(({ name }) => name === port.twinOf);
      if (first === undefined) continue;
      const at = inFile(member, "ports", port.name, "twin_of");
      if (first.twinOf !== undefined) report(at, `port ${first.name} is a twin itself`, "name the first one's port");
      if (first.socket) report(at, `systemd listens at port ${first.name}, whoever serves it`, "let podman publish it");
      if (port.bind.join() !== "loopback")
        report(at, `port ${port.name} is for the proxy alone`, "let its bind be [loopback]");
      if (pod !== undefined && first.container === port.container) {
        const both = `${first.name} and ${port.name} are both ${port.container} in the pod`;
        report(at, `${both}, where two cannot listen`, "give one of them another container port");
      }
    }
  }
};

/** What has a state of its own would have it twice; what nobody is led to would be down all the same. */
export const twinsCanServe: Rule = ({ members }, report) => {
  for (const member of members) {
    const { service } = member;
    for (const container of service.containers) {
      const { twin, name } = container;
      if (twin === undefined) continue;
      const at = inFile(member, "containers", name, "replace");
      const twins = service.ports.filter(({ twinOf }) => service.ports.some((port) => port.name === twinOf));
      const firsts = service.ports.filter((port) => container.listens.includes(port.container));
      if (!twins.some(({ twinOf }) => firsts.some((port) => port.name === twinOf)))
        report(at, `a second ${name} has no port to answer at`, "add a port with twin_of");
      if (!service.routes.some(({ port }) => firsts.some((first) => first.name === port)))
        report(at, `no route leads to ${name}: nobody could be led to a second one`, "replace it in-place");
      for (const reason of whyAlone(container)) report(at, reason, "replace it in-place");
      if (service.pod !== undefined && isDeaf(container, service.ports))
        report(at, `a second ${name} would listen where the first does`, `use \${listens.NAME} in its command`);
    }
  }
};

function whyAlone({ name, mounts, devices, oneshot, health }: Container): readonly string[] {
  return [
    ...mounts.filter(({ readOnly }) => !readOnly).map(({ target }) => `two of ${name} would write in ${target}`),
    ...(devices.length > 0 ? [`two of ${name} would share its devices`] : []),
    ...(oneshot ? [`${name} runs to its end, and serves nothing`] : []),
    ...(health === undefined ? [`without health nobody knows when a second ${name} serves`] : []),
  ];
}

/** In a pod only its command or its environment tell the second one where to listen. */
function isDeaf({ command, entrypoint, environment, twin }: Container, ports: readonly Port[]): boolean {
  if (twin === undefined || !ports.some(({ twinOf }) => twinOf !== undefined)) return false;
  const told = (one: Pick<Container, "command" | "entrypoint" | "environment">) =>
    JSON.stringify([one.command, one.entrypoint, one.environment]);
  return told({ command, entrypoint, environment }) === told(twin);
}

/** One for the whole site: without a way round a container nobody is led to its twin. */
export const proxiesLeadRoundWhatIsReplaced: Rule = ({ members }, report) => {
  const wanting = members.find(({ service }) => hasTwin(service));
  if (wanting === undefined) return;
  for (const proxy of members) {
    const { terminatesTls, name } = proxy.service;
    if (terminatesTls === undefined || terminatesTls.detour !== undefined) continue;
    const at = keyInFile(proxy, "terminates_tls");
    const what = `${name} cannot lead requests to a second instance of ${wanting.service.name}`;
    report(at, what, `add a detour to it, or set replace of ${wanting.service.name} to in-place`);
  }
};

function hasTwin({ containers }: Service): boolean {
  return containers.some(({ twin }) => twin !== undefined);
}
