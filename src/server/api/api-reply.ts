import type { HttpReply } from "../../platform/http/index.ts";

const JSON_HEADERS = { "content-type": "application/json", "cache-control": "no-store" };

/** Data in the envelope of FluxOS (spec fluxos-api.md section 1.3). */
export function apiData(data: object): HttpReply {
  return { status: 200, headers: JSON_HEADERS, body: JSON.stringify({ status: "success", data }) };
}

/** An error in the same envelope. @param more further fields for programs */
export function apiError(status: number, name: string, message: string, more: object = {}): HttpReply {
  const body = JSON.stringify({ status: "error", data: { code: status, name, message, ...more } });
  return { status, headers: JSON_HEADERS, body };
}

/** One that says when to come back. */
export function apiBusy(status: number, name: string, message: string, retryAfterSeconds: number): HttpReply {
  const seconds = Math.max(1, Math.ceil(retryAfterSeconds));
  const reply = apiError(status, name, message, { retryAfterSeconds: seconds });
  return { ...reply, headers: { ...JSON_HEADERS, "retry-after": `${seconds}` } };
}
