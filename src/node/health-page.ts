import { getHttp } from "../platform/http/index.ts";
import { FluxError } from "../platform/index.ts";

const ANSWER_MILLIS = 10_000;

/** One of the pages for whoever watches a node. Null for a node that answers nothing useful: one that is going away. */
export async function healthPage(host: string, port: number, path: string): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = JSON.parse((await getHttp(host, port, path, ANSWER_MILLIS)).body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof FluxError && error.kind === "unreachable")) return null;
    throw error;
  }
}
