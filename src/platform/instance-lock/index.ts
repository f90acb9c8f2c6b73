export { takeFileLock } from "./file-lock.ts";
export { acquireInstanceLock, type InstanceLock } from "./instance-lock.ts";
