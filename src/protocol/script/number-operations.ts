import { Op } from "./opcodes.ts";
import type { ScriptError } from "./script-error.ts";
import { FALSE, peekNumber, type ScriptMachine, TRUE } from "./script-machine.ts";
import { encodeScriptNumber } from "./script-number.ts";

function unary(opcode: number, value: number): number | boolean | undefined {
  switch (opcode) {
    case Op.OP_1ADD:
      return value + 1;
    case Op.OP_1SUB:
      return value - 1;
    case Op.NEGATE:
      return -value;
    case Op.ABS:
      return Math.abs(value);
    case Op.NOT:
      return value === 0;
    case Op.OP_0NOTEQUAL:
      return value !== 0;
    default:
      return undefined;
  }
}

function binary(opcode: number, a: number, b: number): number | boolean | undefined {
  switch (opcode) {
    case Op.ADD:
      return a + b;
    case Op.SUB:
      return a - b;
    case Op.BOOLAND:
      return a !== 0 && b !== 0;
    case Op.BOOLOR:
      return a !== 0 || b !== 0;
    case Op.NUMEQUAL:
    case Op.NUMEQUALVERIFY:
      return a === b;
    case Op.NUMNOTEQUAL:
      return a !== b;
    case Op.LESSTHAN:
      return a < b;
    case Op.GREATERTHAN:
      return a > b;
    case Op.LESSTHANOREQUAL:
      return a <= b;
    case Op.GREATERTHANOREQUAL:
      return a >= b;
    case Op.MIN:
      return Math.min(a, b);
    case Op.MAX:
      return Math.max(a, b);
    default:
      return undefined;
  }
}

function replaceTop(machine: ScriptMachine, count: number, result: number | boolean): void {
  machine.stack.length -= count;
  if (typeof result === "number") machine.stack.push(encodeScriptNumber(result));
  else machine.stack.push(result ? TRUE : FALSE);
}

function runUnary(machine: ScriptMachine, opcode: number): ScriptError | null {
  if (machine.stack.length < 1) return "INVALID_STACK_OPERATION";
  const value = peekNumber(machine, 1);
  if (value === null) return "NUMBER";
  const result = unary(opcode, value);
  if (result === undefined) return "BAD_OPCODE";
  replaceTop(machine, 1, result);
  return null;
}

function runBinary(machine: ScriptMachine, opcode: number): ScriptError | null {
  if (machine.stack.length < 2) return "INVALID_STACK_OPERATION";
  const a = peekNumber(machine, 2);
  const b = peekNumber(machine, 1);
  if (a === null || b === null) return "NUMBER";
  const result = binary(opcode, a, b);
  if (result === undefined) return "BAD_OPCODE";
  replaceTop(machine, 2, result);
  if (opcode !== Op.NUMEQUALVERIFY) return null;
  if (result === false) return "NUMEQUALVERIFY";
  machine.stack.pop();
  return null;
}

function runWithin(machine: ScriptMachine): ScriptError | null {
  if (machine.stack.length < 3) return "INVALID_STACK_OPERATION";
  const value = peekNumber(machine, 3);
  const minimum = peekNumber(machine, 2);
  const maximum = peekNumber(machine, 1);
  if (value === null || minimum === null || maximum === null) return "NUMBER";
  replaceTop(machine, 3, minimum <= value && value < maximum);
  return null;
}

/** OP_1ADD to OP_WITHIN. Results may be larger than an operand is allowed to be. */
export function runNumberOperation(machine: ScriptMachine, opcode: number): ScriptError | null {
  if (opcode === Op.WITHIN) return runWithin(machine);
  return opcode <= Op.OP_0NOTEQUAL ? runUnary(machine, opcode) : runBinary(machine, opcode);
}
