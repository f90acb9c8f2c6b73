export { type DetachedProcess, ownCommand, startDetached } from "./detached-process.ts";
export { directorySize } from "./directory-size.ts";
export { notifyServiceManager } from "./service-manager.ts";
export { absolutePath, userName } from "./who-and-where.ts";
