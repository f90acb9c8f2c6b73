import { Op } from "./opcodes.ts";
import type { ScriptError } from "./script-error.ts";
import { castToBool, peek, peekNumber, type ScriptMachine } from "./script-machine.ts";
import { encodeScriptNumber } from "./script-number.ts";

/** Elements that an operation needs on the stack; 0 for those that need none. */
const REQUIRED = new Uint8Array(256);
for (const [opcode, count] of [
  [Op.TOALTSTACK, 1],
  [Op.OP_2DROP, 2],
  [Op.OP_2DUP, 2],
  [Op.OP_3DUP, 3],
  [Op.OP_2OVER, 4],
  [Op.OP_2ROT, 6],
  [Op.OP_2SWAP, 4],
  [Op.IFDUP, 1],
  [Op.DROP, 1],
  [Op.DUP, 1],
  [Op.NIP, 2],
  [Op.OVER, 2],
  [Op.PICK, 2],
  [Op.ROLL, 2],
  [Op.ROT, 3],
  [Op.SWAP, 2],
  [Op.TUCK, 2],
  [Op.SIZE, 1],
] as const) {
  REQUIRED[opcode] = count;
}

/** Moves `count` elements that lie `below` others to the top. */
function bringUp(stack: Uint8Array[], count: number, below: number): void {
  stack.push(...stack.splice(stack.length - below - count, count));
}

function pickOrRoll(machine: ScriptMachine, roll: boolean): ScriptError | null {
  const { stack } = machine;
  const depth = peekNumber(machine, 1);
  if (depth === null) return "NUMBER";
  stack.pop();
  if (depth < 0 || depth >= stack.length) return "INVALID_STACK_OPERATION";
  if (roll) bringUp(stack, 1, depth);
  else stack.push(peek(machine, depth + 1));
  return null;
}

/** Operations that move elements: OP_TOALTSTACK to OP_TUCK and OP_SIZE. */
export function runStackOperation(machine: ScriptMachine, opcode: number): ScriptError | null {
  const { stack, altStack } = machine;
  if (stack.length < (REQUIRED[opcode] as number)) return "INVALID_STACK_OPERATION";
  switch (opcode) {
    case Op.TOALTSTACK:
      altStack.push(stack.pop() as Uint8Array);
      return null;
    case Op.FROMALTSTACK: {
      const element = altStack.pop();
      if (!element) return "INVALID_ALTSTACK_OPERATION";
      stack.push(element);
      return null;
    }
    case Op.OP_2DROP:
      stack.length -= 2;
      return null;
    case Op.OP_2DUP:
      stack.push(peek(machine, 2), peek(machine, 1));
      return null;
    case Op.OP_3DUP:
      stack.push(peek(machine, 3), peek(machine, 2), peek(machine, 1));
      return null;
    case Op.OP_2OVER:
      stack.push(peek(machine, 4), peek(machine, 3));
      return null;
    case Op.OP_2ROT:
      bringUp(stack, 2, 4);
      return null;
    case Op.OP_2SWAP:
      bringUp(stack, 2, 2);
      return null;
    case Op.IFDUP:
      if (castToBool(peek(machine, 1))) stack.push(peek(machine, 1));
      return null;
    case Op.DEPTH:
      stack.push(encodeScriptNumber(stack.length));
      return null;
    case Op.DROP:
      stack.pop();
      return null;
    case Op.DUP:
      stack.push(peek(machine, 1));
      return null;
    case Op.NIP:
      stack.splice(stack.length - 2, 1);
      return null;
    case Op.OVER:
      stack.push(peek(machine, 2));
      return null;
    case Op.PICK:
      return pickOrRoll(machine, false);
    case Op.ROLL:
      return pickOrRoll(machine, true);
    case Op.ROT:
      bringUp(stack, 1, 2);
      return null;
    case Op.SWAP:
      bringUp(stack, 1, 1);
      return null;
    case Op.TUCK:
      stack.splice(stack.length - 2, 0, peek(machine, 1));
      return null;
    case Op.SIZE:
      stack.push(encodeScriptNumber(peek(machine, 1).length));
      return null;
    default:
      return "BAD_OPCODE";
  }
}
