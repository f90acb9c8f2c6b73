import { request } from "node:http";
import { FluxError, systemErrorCode } from "../errors.ts";

export interface HttpPost {
  /** IP address or name. */
  readonly host: string;
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Posts to the root of a server in this network and waits for the answer as long as it takes. Proxies in the environment are
 * not for such calls and are not used.
 *
 * @throws FluxError connection-refused, connection-failed (kind "unreachable")
 */
export function postHttp({ host, port, headers, body }: HttpPost): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(connectionError(error, host, port));
    const call = request({ host, port, method: "POST", path: "/", headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", fail);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") });
      });
    });
    call.on("error", fail);
    call.end(body);
  });
}

/** What went wrong between this process and a server, for people. */
export function connectionError(error: unknown, host: string, port: number): FluxError {
  const place = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  if (systemErrorCode(error) === "ECONNREFUSED") {
    return new FluxError("connection-refused", `nothing answers at ${place}`, { kind: "unreachable", cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new FluxError("connection-failed", `the connection to ${place} failed: ${reason}`, {
    kind: "unreachable",
    cause: error,
  });
}
