// Copies a container's runtime configuration without the limits whose cgroup controller is missing here.
import { readFileSync, writeFileSync } from 'node:fs';

const CONTROLLER_OF = { memory: 'memory', pids: 'pids', cpu: 'cpu', blockIO: 'io' };
const [from, to] = process.argv.slice(2);
const present = readFileSync('/sys/fs/cgroup/cgroup.controllers', 'utf8').trim().split(' ');
const config = JSON.parse(readFileSync(from, 'utf8'));
const limits = config.linux?.resources ?? {};
for (const [limit, controller] of Object.entries(CONTROLLER_OF)) {
  if (!present.includes(controller)) delete limits[limit];
}
writeFileSync(to, JSON.stringify(config));
