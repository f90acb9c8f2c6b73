const STEPS = ["", "k", "M", "G", "T"];

function scaled(value: number, base: number, unit: string, binary = ""): string {
  let step = 0;
  while (value >= base && step < STEPS.length - 1) {
    value /= base;
    step++;
  }
  const prefix = STEPS[step] ?? "";
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${prefix === "" ? "" : `${prefix}${binary}`}${unit}`;
}

/** A measured or required number with its unit; "-" for none. */
export function measurementText(unit: string, value: number | boolean | null): string {
  if (value === null) return "-";
  if (typeof value === "boolean") return value ? "yes" : "no";
  switch (unit) {
    case "bytes":
      return scaled(value, 1000, "B");
    case "memoryBytes":
      return scaled(value, 1024, "B", "i");
    case "bytesPerSecond":
      return scaled(value, 1000, "B/s");
    case "bitsPerSecond":
      return scaled(value, 1000, "bit/s");
    case "eventsPerSecond":
      return `${value.toFixed(2)}/s`;
    case "operationsPerSecond":
      return `${value.toFixed(0)}/s`;
    case "millis":
      return `${value.toFixed(3)} ms`;
    default:
      return `${value}`;
  }
}
