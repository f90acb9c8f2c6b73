import { RpcError, RpcErrorCode, type RpcHandler } from "../rpc/index.ts";
import type { MetricSample } from "./prometheus-text.ts";

/** Callers choose names freely; unknown ones share one, so that nobody can fill the memory. */
const UNKNOWN = "unknown";

interface Outcomes {
  ok: number;
  error: number;
}

/** Counts JSON-RPC calls by method and outcome. */
export class CallStatistics {
  private readonly methods = new Map<string, Outcomes>();

  /** The same handler, counted. */
  count(handler: RpcHandler): RpcHandler {
    return (method, params) => {
      try {
        const result = handler(method, params);
        if (!(result instanceof Promise)) {
          this.of(method).ok++;
          return result;
        }
        return result.then(
          (value) => {
            this.of(method).ok++;
            return value;
          },
          (error: unknown) => {
            this.failed(method, error);
            throw error;
          },
        );
      } catch (error) {
        this.failed(method, error);
        throw error;
      }
    };
  }

  samples(): MetricSample[] {
    return [...this.methods]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([method, outcomes]) =>
        (["ok", "error"] as const).map((outcome) => ({ labels: { method, outcome }, value: outcomes[outcome] })),
      );
  }

  private failed(method: string, error: unknown): void {
    const unknown = error instanceof RpcError && error.code === RpcErrorCode.methodNotFound;
    this.of(unknown ? UNKNOWN : method).error++;
  }

  private of(method: string): Outcomes {
    let outcomes = this.methods.get(method);
    if (!outcomes) {
      outcomes = { ok: 0, error: 0 };
      this.methods.set(method, outcomes);
    }
    return outcomes;
  }
}
