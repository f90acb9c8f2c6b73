import type { DurationHistogram } from "../../chain/index.ts";
import type { MetricFamily, MetricSample } from "./prometheus-text.ts";

export function gauge(name: string, help: string, value: number, labels?: Record<string, string>): MetricFamily {
  return { name, type: "gauge", help, samples: [labels ? { labels, value } : { value }] };
}

export function gauges(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, type: "gauge", help, samples };
}

export function counter(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, type: "counter", help, samples };
}

/** Durations in seconds, in classes. */
export function histogram(name: string, help: string, durations: DurationHistogram): MetricFamily {
  const samples: MetricSample[] = durations.cumulative.map(({ bound, count }) => ({
    suffix: "_bucket",
    labels: { le: String(bound) },
    value: count,
  }));
  samples.push({ suffix: "_bucket", labels: { le: "+Inf" }, value: durations.count });
  samples.push({ suffix: "_sum", value: durations.sum }, { suffix: "_count", value: durations.count });
  return { name, type: "histogram", help, samples };
}
