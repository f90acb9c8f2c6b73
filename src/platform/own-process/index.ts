export { pathOfProcess, removeFilesOfProcesses } from "./files-of-processes.ts";
export { type OwnProcess, startOwnProcess } from "./start-own-process.ts";
