export { pathOfProcess, removeAbandonedFiles } from "./files-of-processes.ts";
export { type OwnProcess, startOwnProcess } from "./start-own-process.ts";
