/** What the programs and files that every Linux has say of the hardware; null where they say nothing. */
export interface HardwareReport {
  readonly processorModel: string | null;
  readonly threads: number | null;
  readonly cores: number | null;
  readonly memoryBytes: number | null;
  /** Maker and model, as the machine or its hypervisor tells them. */
  readonly systemModel: string | null;
  readonly hypervisor: string | null;
}

/** lscpu and dmidecode answer in a moment, unless they hang. */
const PATIENCE_MILLIS = 5000;

/**
 * Asks the library systeminformation, which runs lscpu and the like. Its answers are words of other programs: text is cut and made
 * printable, numbers that cannot be are left out.
 * @returns null when nothing came in time
 */
export async function readHardwareReport(patienceMillis = PATIENCE_MILLIS): Promise<HardwareReport | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), patienceMillis);
  });
  return await Promise.race([ask().catch(() => null), late]).finally(() => clearTimeout(timer));
}

async function ask(): Promise<HardwareReport> {
  const library = await import("systeminformation");
  const [cpu, memory, system] = await Promise.all([library.cpu(), library.mem(), library.system()]);
  return {
    processorModel: text(cpu.manufacturer, cpu.brand),
    threads: count(cpu.cores),
    cores: count(cpu.physicalCores),
    memoryBytes: count(memory.total),
    systemModel: text(system.manufacturer, system.model),
    hypervisor: text(system.virtualHost),
  };
}

const MOST_TEXT = 100;

function text(...parts: unknown[]): string | null {
  const words = parts.filter((part) => typeof part === "string").join(" ");
  return (
    words
      .replace(/[^\x20-\x7e]+/g, " ")
      .replace(/ +/g, " ")
      .trim()
      .slice(0, MOST_TEXT) || null
  );
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : null;
}
