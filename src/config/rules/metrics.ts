/** Rules about metrics: whoever asks comes over loopback, and what root lays down has a place that is read and not written. */
import { covers } from "../assemble/paths.ts";
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

/** The account that reads may not put something else there. */
export const hostMetricsHaveTheirPlace: Rule = ({ members }, report) => {
  for (const member of members) {
    const { hostMetrics, directories, containers, name } = member.service;
    if (hostMetrics === undefined) continue;
    const at = inFile(member, "host_metrics");
    if (!directories.some(({ path }) => path === hostMetrics))
      report(at, `nothing makes ${hostMetrics}`, "add it to directories");
    const mounts = containers
      .flatMap((container) => container.mounts)
      .filter(({ source }) => covers(source, hostMetrics));
    if (mounts.length === 0) report(at, `no container of ${name} mounts ${hostMetrics}`, "add it to its mounts");
    else if (mounts.some(({ readOnly }) => !readOnly))
      report(at, `a container of ${name} may write in ${hostMetrics}`, "mount it with read_only: true");
  }
};
