import { request } from "node:http";
import { FluxError } from "../errors.ts";
import { connectionError } from "./http-post.ts";

const MAX_BODY = 1 << 20;

/**
 * Reads a page of a server in this network. Proxies in the environment are not used.
 *
 * @throws FluxError connection-refused, connection-failed (kind "unreachable"), also after `timeoutMillis` without an answer
 */
export function getHttp(host: string, port: number, path: string, timeoutMillis: number) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const fail = (error: unknown) => reject(error instanceof FluxError ? error : connectionError(error, host, port));
    const call = request({ host, port, path, agent: false }, (response) => {
      const parts: Buffer[] = [];
      let length = 0;
      response.on("data", (part: Buffer) => {
        length += part.length;
        if (length > MAX_BODY) call.destroy(new Error("the answer is too long"));
        else parts.push(part);
      });
      response.on("error", fail);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") });
      });
    });
    call.setTimeout(timeoutMillis, () => call.destroy(new Error(`no answer within ${timeoutMillis / 1000} s`)));
    call.on("error", fail);
    call.end();
  });
}
