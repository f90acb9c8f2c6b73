import { equalBytes } from "../bytes/index.ts";
import { Conditions, runReservedOperation, runVerify } from "./control-operations.ts";
import { runCryptoOperation } from "./crypto-operations.ts";
import { ScriptFlag } from "./flags.ts";
import { runNumberOperation } from "./number-operations.ts";
import { Op } from "./opcodes.ts";
import type { ScriptError } from "./script-error.ts";
import {
  FALSE,
  MAX_ELEMENT_SIZE,
  MAX_OPERATIONS,
  MAX_SCRIPT_SIZE,
  MAX_STACK_SIZE,
  type ScriptMachine,
  TRUE,
} from "./script-machine.ts";
import { encodeScriptNumber } from "./script-number.ts";
import { ScriptReader } from "./script-reader.ts";
import type { SignatureChecker } from "./signature-checker.ts";
import { runStackOperation } from "./stack-operations.ts";

/** Elements that OP_1NEGATE (index 0) to OP_16 push. */
const SMALL_NUMBERS = Array.from({ length: 18 }, (_, i) => encodeScriptNumber(i - 1));

/** Operations that fail a script even where they are skipped. */
const DISABLED = new Uint8Array(256);
for (const opcode of [
  Op.CAT,
  Op.SUBSTR,
  Op.LEFT,
  Op.RIGHT,
  Op.INVERT,
  Op.AND,
  Op.OR,
  Op.XOR,
  Op.OP_2MUL,
  Op.OP_2DIV,
  Op.MUL,
  Op.DIV,
  Op.MOD,
  Op.LSHIFT,
  Op.RSHIFT,
  Op.CODESEPARATOR,
]) {
  DISABLED[opcode] = 1;
}

/** True if a push of `data` by `opcode` is the shortest there is. */
function isMinimalPush(data: Uint8Array, opcode: number): boolean {
  const size = data.length;
  if (size === 0) return opcode === Op.OP_0;
  if (size === 1) {
    const value = data[0] as number;
    if ((value >= 1 && value <= 16) || value === 0x81) return false;
  }
  if (size < Op.PUSHDATA1) return opcode === size;
  if (size <= 0xff) return opcode === Op.PUSHDATA1;
  return size > 0xffff || opcode === Op.PUSHDATA2;
}

function runEqual(machine: ScriptMachine, verify: boolean): ScriptError | null {
  const { stack } = machine;
  if (stack.length < 2) return "INVALID_STACK_OPERATION";
  const equal = equalBytes(stack.pop() as Uint8Array, stack.pop() as Uint8Array);
  if (!verify) stack.push(equal ? TRUE : FALSE);
  else if (!equal) return "EQUALVERIFY";
  return null;
}

/** One operation that is neither a data push nor a condition. */
function runOperation(machine: ScriptMachine, opcode: number): ScriptError | null {
  if (opcode <= Op.OP_16) {
    if (opcode === Op.RESERVED) return "BAD_OPCODE";
    machine.stack.push(SMALL_NUMBERS[opcode - Op.OP_1NEGATE] as Uint8Array);
    return null;
  }
  if (opcode >= Op.TOALTSTACK && opcode <= Op.TUCK) return runStackOperation(machine, opcode);
  if (opcode >= Op.RIPEMD160 && opcode <= Op.CHECKMULTISIGVERIFY) return runCryptoOperation(machine, opcode);
  if (opcode >= Op.OP_1ADD && opcode <= Op.WITHIN) return runNumberOperation(machine, opcode);
  if (opcode >= Op.NOP1 && opcode <= Op.NOP10) return runReservedOperation(machine, opcode);
  switch (opcode) {
    case Op.NOP:
      return null;
    case Op.VERIFY:
      return runVerify(machine);
    case Op.RETURN:
      return "OP_RETURN";
    case Op.SIZE:
      return runStackOperation(machine, opcode);
    case Op.EQUAL:
      return runEqual(machine, false);
    case Op.EQUALVERIFY:
      return runEqual(machine, true);
    default:
      return "BAD_OPCODE";
  }
}

function isCondition(opcode: number): boolean {
  return opcode === Op.IF || opcode === Op.NOTIF || opcode === Op.ELSE || opcode === Op.ENDIF;
}

/** Runs the operation that the reader stands on. */
function step(
  machine: ScriptMachine,
  conditions: Conditions,
  reader: ScriptReader,
  opcode: number,
): ScriptError | null {
  if (reader.dataLength > MAX_ELEMENT_SIZE) return "PUSH_SIZE";
  if (opcode > Op.OP_16 && ++machine.operations > MAX_OPERATIONS) return "OP_COUNT";
  if (DISABLED[opcode]) return "DISABLED_OPCODE";
  if (isCondition(opcode)) return conditions.run(machine, opcode);
  // These two lie between the conditions and fail wherever they stand.
  if (opcode === Op.VERIF || opcode === Op.VERNOTIF) return "BAD_OPCODE";
  if (!conditions.executing) return null;
  if (opcode > Op.PUSHDATA4) return runOperation(machine, opcode);
  const data = reader.data();
  if (machine.requireMinimal && !isMinimalPush(data, opcode)) return "MINIMALDATA";
  machine.stack.push(data);
  return null;
}

/**
 * Runs a script on `stack`, which it changes (spec transactions.md section 7).
 * @returns why it failed, or null when it ran to its end; what is on the stack then decides nothing yet
 */
export function evalScript(
  stack: Uint8Array[],
  script: Uint8Array,
  flags: number,
  checker: SignatureChecker,
): ScriptError | null {
  if (script.length > MAX_SCRIPT_SIZE) return "SCRIPT_SIZE";
  const requireMinimal = (flags & ScriptFlag.MINIMALDATA) !== 0;
  const machine: ScriptMachine = { script, flags, requireMinimal, checker, stack, altStack: [], operations: 0 };
  const conditions = new Conditions();
  const reader = new ScriptReader(script);
  while (reader.position < script.length) {
    const opcode = reader.next();
    if (opcode < 0) return "BAD_OPCODE";
    const error = step(machine, conditions, reader, opcode);
    if (error) return error;
    if (stack.length + machine.altStack.length > MAX_STACK_SIZE) return "STACK_SIZE";
  }
  return conditions.balanced ? null : "UNBALANCED_CONDITIONAL";
}
