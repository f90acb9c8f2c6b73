export { acquireInstanceLock, type InstanceLock } from "./instance-lock.ts";
