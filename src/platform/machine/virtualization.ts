import { existsSync } from "node:fs";
import { readSystemFile } from "./read-system-file.ts";

export interface Virtualization {
  /** "docker", "podman", "lxc" …; null outside a container as far as can be seen. */
  readonly container: string | null;
  /** The product name that the hypervisor shows, or "virtual machine"; null on bare metal. */
  readonly hypervisor: string | null;
}

export function readVirtualization(root = "/"): Virtualization {
  const prefix = root === "/" ? "" : root;
  return { container: container(prefix, root), hypervisor: hypervisor(root) };
}

function container(prefix: string, root: string): string | null {
  if (existsSync(`${prefix}/.dockerenv`)) return "docker";
  if (existsSync(`${prefix}/run/.containerenv`)) return "podman";
  const groups = readSystemFile(root, "/proc/1/cgroup") ?? "";
  return /(docker|lxc|kubepods|podman)/.exec(groups)?.[1] ?? null;
}

function hypervisor(root: string): string | null {
  const virtual = /^flags\s*:.*\bhypervisor\b/m.test(readSystemFile(root, "/proc/cpuinfo") ?? "");
  const product = ["sys_vendor", "product_name"]
    .map((name) => readSystemFile(root, `/sys/class/dmi/id/${name}`)?.trim())
    .filter(Boolean)
    .join(" ");
  if (virtual) return product || "virtual machine";
  return /QEMU|KVM|VMware|Xen|VirtualBox|Virtual Machine/i.test(product) ? product : null;
}
