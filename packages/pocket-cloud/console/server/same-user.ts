import { readFileSync } from "node:fs";

/** The ports of a connection to this process. */
export interface Connection {
  readonly localPort: number;
  readonly remotePort: number;
}

const ROOT = 0;

/**
 * Whether the other end of a loopback connection belongs to the user of this process, or to root. The session that the
 * page gets has the rights of the administrator, so other users of the machine must not get one. Undefined where the
 * system does not tell: only Linux lists the owners of connections in /proc.
 */
export function ofSameUser(
  { localPort, remotePort }: Connection,
  readTable: () => string = () => readFileSync("/proc/net/tcp", "latin1"),
  user: number | undefined = process.getuid?.(),
): boolean | undefined {
  let table: string;
  try {
    table = readTable();
  } catch {
    return undefined;
  }
  const owner = ownerOf(table, hex(remotePort), hex(localPort));
  return owner === undefined || user === undefined ? undefined : owner === user || owner === ROOT;
}

/**
 * The user ID in the line of the client's socket. Fields: number, local address, remote address, state, queues, timer,
 * retransmits, uid. Source: proc_net_tcp in the Linux kernel's documentation (networking/proc_net_tcp).
 */
function ownerOf(table: string, local: string, remote: string): number | undefined {
  for (const line of table.split("\n").slice(1)) {
    const [, from = "", to = "", , , , , uid = ""] = line.trim().split(/\s+/);
    if (from.endsWith(`:${local}`) && to.endsWith(`:${remote}`)) return Number(uid);
  }
  return undefined;
}

const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, "0");
