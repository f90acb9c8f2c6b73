import type { Settings } from "../platform/config/index.ts";
import type { HttpServer } from "../platform/http/index.ts";
import { FluxError, type Log } from "../platform/index.ts";
import type { NetworkParams } from "../protocol/params/index.ts";
import { BandwidthTest, bandwidthLimits, startApiServer } from "../server/api/index.ts";

/** The API port of a node. */
export interface NodeApi {
  stop(): Promise<void>;
}

const MEGABYTE = 1e6;
/** Every address of this machine, by IPv6 and IPv4. */
const EVERYWHERE = ["::", "0.0.0.0"];

/** The API port of a network when nobody sets another: 16127 beside 16124 on the main network. */
export function usualApiPort(params: Pick<NetworkParams, "rpcPort">): number {
  return params.rpcPort + 3;
}

export type ApiSettings = Pick<Settings, "apiPort" | "bandwidthTest" | "attestor" | "fluxnodeKey">;

/**
 * Opens the API port. Null if it is turned off, or if the usual port is taken or belongs to FluxOS.
 * @throws FluxError port-in-use, listen-failed for a port that was asked for
 */
export function openApi(settings: ApiSettings, params: NetworkParams, log: Log): NodeApi | null {
  const { apiPort, bandwidthTest } = settings;
  if (apiPort === "off") return null;
  if (apiPort === undefined && isBesideFluxOs(settings, params)) {
    log.info("the usual port of the API is left to FluxOS; api-port sets another", { port: usualApiPort(params) });
    return null;
  }
  const test = new BandwidthTest({
    limits: bandwidthLimits(bandwidthTest * MEGABYTE),
    onSession: (client, { sentBytes, receivedBytes }, failure) =>
      log.debug("bandwidth test", { client, sentBytes, receivedBytes, ...(failure === null ? {} : { failure }) }),
  });
  const port = apiPort ?? usualApiPort(params);
  const server = listen(port, bandwidthTest > 0 ? [test.answer] : [], apiPort !== undefined, log);
  if (server === null) return null;
  log.info("listening", { host: server.host, port: server.port });
  return {
    stop() {
      test.stop();
      return server.stop(true);
    },
  };
}

/**
 * The official benchmark daemon signs nothing unless FluxOS answers (spec benchmarks.md 7.5), and at the start of a machine this
 * node may come first: FluxOS would then find its port taken, and the fluxnode would not be confirmed.
 */
function isBesideFluxOs({ attestor, fluxnodeKey }: ApiSettings, { rules }: NetworkParams): boolean {
  return fluxnodeKey !== undefined && attestor === "external" && !rules.benchmarkBypass;
}

function listen(
  port: number,
  parts: Parameters<typeof startApiServer>[0]["parts"],
  wanted: boolean,
  log: Log,
): HttpServer | null {
  let failure: unknown;
  for (const host of EVERYWHERE) {
    try {
      return startApiServer({ host, port, parts });
    } catch (error) {
      if (!(error instanceof FluxError)) throw error;
      failure = error;
      // IPv6 may be missing; a port that is taken stays taken.
      if (error.code === "port-in-use") break;
    }
  }
  if (wanted) throw failure;
  log.warn("the usual port of the API is taken: it is not offered", { port });
  return null;
}
