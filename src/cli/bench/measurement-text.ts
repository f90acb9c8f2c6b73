const STEPS = ["", "k", "M", "G", "T"];

function scaled(value: number, base: number, unit: string, binary: string, more: number): string {
  let step = 0;
  while (value >= base && step < STEPS.length - 1) {
    value /= base;
    step++;
  }
  const prefix = STEPS[step] ?? "";
  return `${value.toFixed((value >= 100 ? 0 : 1) + more)} ${prefix === "" ? "" : `${prefix}${binary}`}${unit}`;
}

const MOST_DECIMALS = 6;

/** Two numbers that differ, with as many digits as it takes to see that. */
export function comparedTexts(unit: string, a: number | boolean | null, b: number | boolean | null): [string, string] {
  for (let more = 0; ; more++) {
    const texts: [string, string] = [measurementText(unit, a, more), measurementText(unit, b, more)];
    if (a === b || texts[0] !== texts[1] || more === MOST_DECIMALS) return texts;
  }
}

/** How far above or below a requirement, in percent; what is below never reads like enough. */
export function marginText(margin: number): string {
  const decimals = [0, 1, 2, 3].find((count) => Number((margin * 100).toFixed(count)) !== 0 || margin === 0) ?? 3;
  return `${margin >= 0 ? "+" : "-"}${Math.abs(margin * 100).toFixed(decimals)} %`;
}

/** A measured or required number with its unit; "-" for none. @param more decimals than usual */
export function measurementText(unit: string, value: number | boolean | null, more = 0): string {
  if (value === null) return "-";
  if (typeof value === "boolean") return value ? "yes" : "no";
  switch (unit) {
    case "bytes":
      return scaled(value, 1000, "B", "", more);
    case "memoryBytes":
      return scaled(value, 1024, "B", "i", more);
    case "bytesPerSecond":
      return scaled(value, 1000, "B/s", "", more);
    case "bitsPerSecond":
      return scaled(value, 1000, "bit/s", "", more);
    case "eventsPerSecond":
      return `${value.toFixed(2 + more)}/s`;
    case "operationsPerSecond":
      return `${value.toFixed(more)}/s`;
    case "millis":
      return `${value.toFixed(3 + more)} ms`;
    default:
      return `${value}`;
  }
}
