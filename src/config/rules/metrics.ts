/** Rule about ports that answer with metrics: whoever asks comes over loopback. */
import { inFile, type Rule } from "./world.ts";

/** Also where nobody asks yet: it is a fault of the service file. */
export const metricsAreReachable: Rule = ({ members }, report) => {
  for (const member of members) {
    const { ports } = member.draft.written;
    member.draft.written.metrics.forEach(({ port: name }, index) => {
      const port = Object.hasOwn(ports, name) ? ports[name] : undefined;
      if (port === undefined || (port.bind.includes("loopback") && port.protocols.includes("tcp") && !port.socket))
        return;
      const message = `port ${name} is not published on loopback, so nobody can ask there for metrics`;
      report(inFile(member, "metrics", index, "port"), message, `add loopback to ports.${name}.bind`);
    });
  }
};
