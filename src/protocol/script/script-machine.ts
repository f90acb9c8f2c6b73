import type { ScriptError } from "./script-error.ts";
import { decodeScriptNumber } from "./script-number.ts";
import type { SignatureChecker } from "./signature-checker.ts";

export const MAX_SCRIPT_SIZE = 10_000;
export const MAX_ELEMENT_SIZE = 520;
export const MAX_OPERATIONS = 201;
export const MAX_STACK_SIZE = 1000;

/** Results of comparisons. Stack elements are never written to, so one instance serves all. */
export const TRUE = Uint8Array.of(1);
export const FALSE = new Uint8Array(0);

/** State of one running script. Elements may be views on the script. */
export interface ScriptMachine {
  readonly script: Uint8Array;
  readonly flags: number;
  /** MINIMALDATA: pushes and numbers must be in their shortest form. */
  readonly requireMinimal: boolean;
  readonly checker: SignatureChecker;
  readonly stack: Uint8Array[];
  readonly altStack: Uint8Array[];
  /** Operations that count towards {@link MAX_OPERATIONS}. */
  operations: number;
}

/** Runs one operation of a group; null means success. */
export type OperationGroup = (machine: ScriptMachine, opcode: number) => ScriptError | null;

/** An element as truth value: false for zeros of any length, also with a sign bit at the end. */
export function castToBool(element: Uint8Array): boolean {
  const last = element.length - 1;
  for (let i = 0; i <= last; i++) {
    if (element[i] !== 0) return i !== last || element[i] !== 0x80;
  }
  return false;
}

/** Element `depth` from the top (1 is the top). The caller has checked that it is there. */
export function peek(machine: ScriptMachine, depth: number): Uint8Array {
  return machine.stack[machine.stack.length - depth] as Uint8Array;
}

/** Element `depth` from the top as an operand of at most 4 bytes; null when it is no valid number. */
export function peekNumber(machine: ScriptMachine, depth: number): number | null {
  return decodeScriptNumber(peek(machine, depth), machine.requireMinimal);
}
