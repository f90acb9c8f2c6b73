export { takeFileLock } from "./file-lock.ts";
export { acquireInstanceLock, type InstanceLock, lockHolder } from "./instance-lock.ts";
