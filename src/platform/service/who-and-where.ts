import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** Name of the user that this process runs as; its number if the system's list of users has no name for it. */
export function userName(): string {
  const id = String(process.getuid?.() ?? "");
  for (const line of listOfUsers().split("\n")) {
    const [name = "", , number] = line.split(":");
    if (number === id && name !== "") return name;
  }
  return id;
}

function listOfUsers(): string {
  try {
    return readFileSync("/etc/passwd", "utf8");
  } catch {
    return "";
  }
}

/** A path that means the same from any current directory. */
export function absolutePath(path: string): string {
  return resolve(path);
}
