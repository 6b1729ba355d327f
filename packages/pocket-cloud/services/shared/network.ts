import { BlockList, isIP } from "node:net";

/** Whether an IP address is in a network in CIDR notation. A network without a prefix length is one address. */
export function isInNetwork(address: string, network: string): boolean {
  const [base = "", bits] = network.split("/");
  const version = isIP(base);
  if (version === 0 || isIP(address) !== version) return false;
  const family = version === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(base, Number(bits ?? (version === 4 ? 32 : 128)), family);
  return list.check(address, family);
}
