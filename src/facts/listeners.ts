/** Local sockets that listen (tcp) or are bound (udp), from the kernel's own tables. */
import type { ListenerFact } from "../model/facts.ts";
import type { System } from "../system/interfaces.ts";

export interface SocketFact extends ListenerFact {
  readonly inode: number;
}

const TABLES = ["tcp", "tcp6", "udp", "udp6"] as const;
const LISTEN = "0A";
/** An unconnected udp socket shows as "closed". */
const UNCONNECTED = "07";

/** `process` stays empty: finding it means looking through every process; see nameListeners. */
export async function gatherListeners(system: System): Promise<readonly SocketFact[]> {
  const tables = await Promise.all(
    TABLES.map(async (table) => {
      // Not /proc/net: it is a symlink.
      const text = await system.files.read(`/proc/${system.host.processId()}/net/${table}`);
      return parseSockets(text ?? "", table.startsWith("tcp") ? "tcp" : "udp");
    }),
  );
  return tables.flat();
}

/** The same listeners with "nginx (pid 812)" filled in, for those that are in somebody's way. */
export function nameListeners(system: System, listeners: readonly ListenerFact[]): readonly ListenerFact[] {
  const owners = system.host.socketOwners(listeners.filter(isSocket).map((listener) => listener.inode));
  return listeners.map((listener) =>
    isSocket(listener) ? { ...listener, process: owners.get(listener.inode) ?? listener.process } : listener,
  );
}

/** "  0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  995  0 81234 ..." */
export function parseSockets(text: string, protocol: ListenerFact["protocol"]): readonly SocketFact[] {
  const wanted = protocol === "tcp" ? LISTEN : UNCONNECTED;
  return text.split("\n").flatMap((line) => {
    const [, local = "", , state, , , , uid = "", , inode = ""] = line.trim().split(/\s+/);
    const [address = "", port = ""] = local.split(":");
    if (state !== wanted || !/^([0-9A-F]{8}|[0-9A-F]{32})$/.test(address)) return [];
    return [
      {
        protocol,
        address: parseAddress(address),
        port: Number.parseInt(port, 16),
        process: "",
        uid: Number(uid),
        inode: Number(inode),
      },
    ];
  });
}

/** Words of 32 bits in the byte order of the machine; every supported one is little-endian. */
function parseAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)));
  if (bytes.length === 4) return bytes.join(".");
  // ::ffff:a.b.c.d is an IPv4 address on an IPv6 socket.
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return mapped ? bytes.slice(12).join(".") : compressAddress(bytes);
}

/** The longest run of zero groups becomes "::" (RFC 5952). */
function compressAddress(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  const runs = [...groups.join(":").matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)];
  const longest = runs.sort((a, b) => b[0].length - a[0].length)[0];
  if (longest === undefined) return groups.join(":");
  const text = groups.join(":");
  const before = text.slice(0, longest.index);
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, "");
  return `${before}::${after}`;
}

function isSocket(listener: ListenerFact): listener is SocketFact {
  return "inode" in listener;
}
