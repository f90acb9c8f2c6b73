import { networkInterfaces } from "node:os";

/** Numeric addresses of all network interfaces of this machine, loopback included. */
export function machineAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
}
