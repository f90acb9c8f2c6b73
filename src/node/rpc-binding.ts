import type { Settings } from "../platform/config/index.ts";
import { FluxError } from "../platform/index.ts";
import type { NetworkParams } from "../protocol/params/index.ts";
import type { RpcServerOptions } from "../server/rpc/index.ts";

/** How the settings say that JSON-RPC is offered. */
export interface RpcBinding {
  readonly server: Pick<RpcServerOptions, "hosts" | "port" | "allowed">;
  readonly port: number;
  /** Address under which this machine reaches it. */
  readonly clientHost: string;
  readonly credentials: RpcCredentials | null;
}

/** What clients show instead of the cookie. */
export interface RpcCredentials {
  readonly user: string;
  readonly password: string;
}

type RpcSettings = Pick<Settings, "rpcBind" | "rpcPort" | "rpcAllow" | "rpcUser" | "rpcPassword">;

/** Null means: the cookie file. A user without a password counts for nothing, as in the daemon (spec rpc.md section 1). */
export function rpcCredentials({ rpcUser, rpcPassword }: RpcSettings): RpcCredentials | null {
  return rpcPassword === undefined ? null : { user: rpcUser ?? "", password: rpcPassword };
}

/** @throws FluxError rpc-bind-ports (kind "usage") for addresses with different ports */
export function rpcBinding(settings: RpcSettings, params: NetworkParams): RpcBinding {
  const { rpcBind, rpcAllow } = settings;
  const ports = new Set(rpcBind.flatMap(({ port }) => port ?? []));
  if (settings.rpcPort !== undefined) ports.add(settings.rpcPort);
  if (ports.size > 1) {
    throw new FluxError(
      "rpc-bind-ports",
      `JSON-RPC is offered on one port, but the settings name ${[...ports].join(", ")}`,
      {
        kind: "usage",
        hint: "name the port once, as rpc-port",
      },
    );
  }
  const [port = params.rpcPort] = ports;
  const hosts = rpcBind.map(({ host }) => host);
  return {
    server: { port, allowed: rpcAllow, ...(hosts.length > 0 ? { hosts } : {}) },
    port,
    clientHost: clientHost(hosts[0] ?? "127.0.0.1"),
    credentials: rpcCredentials(settings),
  };
}

/** "All addresses" is nothing to connect to. */
function clientHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}
