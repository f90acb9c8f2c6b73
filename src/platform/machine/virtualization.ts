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
  const groups = /(docker|lxc|kubepods|podman)/.exec(readSystemFile(root, "/proc/1/cgroup") ?? "")?.[1];
  if (groups !== undefined) return groups;
  // Written by systemd in any container; where it does not run, whoever started the first process may have told it.
  const told =
    readSystemFile(root, "/run/systemd/container")?.trim() ||
    /(?:^|\0)container=([^\0]*)/.exec(readSystemFile(root, "/proc/1/environ") ?? "")?.[1];
  if (told) return told.replace(/[^\w.-]/g, "").slice(0, 32) || "container";
  return existsSync(`${prefix}/proc/vz`) && !existsSync(`${prefix}/proc/bc`) ? "openvz" : null;
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
