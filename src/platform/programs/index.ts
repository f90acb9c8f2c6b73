export { findProgram, programDirectory } from "./program-file.ts";
export { type ProgramLimits, type ProgramResult, runProgram, startProgram } from "./run-program.ts";
