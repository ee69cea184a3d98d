/** The register of ports: each address of each port, and who listens there, as far as the kernel tells. */
import { expect, test } from "vitest";
import { portRows, rowsOf, strangersAt } from "../../src/apps/ports.ts";
import { portsText } from "../../src/cli/ports.ts";
import type { AccountFact, ListenerFact } from "../../src/model/facts.ts";
import { resolve } from "../gateway/support.ts";

const accounts = [
  ["gateway-user", 810],
  ["dnsmasq-user", 802],
  ["alice", 1000],
].map(([user, uid]) => ({ user, uid, gid: uid, home: `/home/${user}` })) as unknown as readonly AccountFact[];
const listener = (port: number, uid: number, change: Partial<ListenerFact> = {}): ListenerFact => ({
  protocol: "tcp",
  address: "127.0.0.1",
  port,
  process: "",
  uid,
  ...change,
});
const listeners = [
  listener(4000, 810, { process: "pasta (pid 12)" }),
  listener(3000, 1000, { process: "ev\u001b[31mil (pid 13)" }),
  listener(8000, 4711, { address: "::" }),
  // Another address, another protocol.
  listener(5380, 802),
  listener(10053, 802, { protocol: "udp", address: "100.64.0.1" }),
  listener(5555, 4711),
];

test("every address of every port, in order, and who listens", () => {
  const rows = portRows(resolve({}), { accounts, listeners });
  expect(portsText(rows)).toBe(
    `
PORT       ADDRESS            SERVICE      NAME           USER          LISTENS NOW
80/tcp     tailnet            nginx-proxy  http           nginx-user    nobody
443/tcp    tailnet            nginx-proxy  https          nginx-user    nobody
3000/tcp   127.0.0.1          open-webui   web            webui-user    another: alice, ev\\u001b[31mil (pid 13)
4000/tcp   127.0.0.1          gateway      api            gateway-user  itself, pasta (pid 12)
4001/tcp   127.0.0.1          gateway      api-twin       gateway-user  nobody
5173/tcp   127.0.0.1          opik         web            opik-user     nobody
5173/tcp   tailnet            opik         web            opik-user     nobody
5380/tcp   tailnet            dnsmasq      admin          dnsmasq-user  nobody
8000/tcp   127.0.0.1          vllm-qwen    api            vllm-user     another: uid 4711
8080/tcp   127.0.0.1          opik         api            opik-user     nobody
8081/tcp   tailnet            nginx-proxy  client         nginx-user    nobody
9090/tcp   tailnet            opik         minio-console  opik-user     nobody
10053/tcp  tailnet (from 53)  dnsmasq      dns            dnsmasq-user  nobody
10053/udp  tailnet (from 53)  dnsmasq      dns            dnsmasq-user  itself`.trimStart(),
  );
});

test("an address that is written down is that one only", () => {
  const stack = resolve({ stack: "{ listen: 100.64.0.9, services: { gateway: {} } }" });
  const rows = rowsOf(portRows(stack, { accounts, listeners }), 10053);
  expect(rows.map(({ address, listeners: found }) => [address, found.length])).toEqual([
    ["100.64.0.9", 0],
    ["100.64.0.9", 0],
  ]);
});

test("one number: a port, what is redirected to one, or nobody's", () => {
  const rows = portRows(resolve({}), { accounts, listeners });
  expect(rowsOf(rows, 53).map(({ protocol }) => protocol)).toEqual(["tcp", "udp"]);
  expect(rowsOf(rows, 5173)).toHaveLength(2);
  expect(rowsOf(rows, 5555)).toEqual([]);
  expect(strangersAt(5555, { accounts, listeners })).toEqual([
    { address: "127.0.0.1", uid: 4711, user: undefined, process: undefined, isOwn: false, protocol: "tcp" },
  ]);
});
