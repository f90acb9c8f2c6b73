import { ScriptFlag } from "./flags.ts";
import { Op } from "./opcodes.ts";
import type { ScriptError } from "./script-error.ts";
import { castToBool, peek, type ScriptMachine } from "./script-machine.ts";
import { decodeScriptNumber } from "./script-number.ts";

/** Lock times are 32-bit unsigned numbers, which need a fifth byte for the sign. */
const LOCKTIME_NUMBER_SIZE = 5;

/** Nested OP_IF branches. */
export class Conditions {
  private readonly branches: boolean[] = [];
  private skipped = 0;

  /** True while no enclosing branch is skipped. */
  get executing(): boolean {
    return this.skipped === 0;
  }

  get balanced(): boolean {
    return this.branches.length === 0;
  }

  /** Runs OP_IF, OP_NOTIF, OP_ELSE, OP_ENDIF: the operations that count in skipped branches too. */
  run(machine: ScriptMachine, opcode: number): ScriptError | null {
    if (opcode === Op.IF || opcode === Op.NOTIF) return this.enter(machine, opcode === Op.NOTIF);
    const branch = this.branches.pop();
    if (branch === undefined) return "UNBALANCED_CONDITIONAL";
    if (!branch) this.skipped--;
    if (opcode === Op.ELSE) this.push(!branch);
    return null;
  }

  private enter(machine: ScriptMachine, negate: boolean): ScriptError | null {
    let value = false;
    if (this.executing) {
      const element = machine.stack.pop();
      if (!element) return "UNBALANCED_CONDITIONAL";
      value = castToBool(element) !== negate;
    }
    this.push(value);
    return null;
  }

  private push(value: boolean): void {
    this.branches.push(value);
    if (!value) this.skipped++;
  }
}

/** BIP 65. The operand stays on the stack. */
function checkLockTime(machine: ScriptMachine): ScriptError | null {
  if (machine.stack.length < 1) return "INVALID_STACK_OPERATION";
  const lockTime = decodeScriptNumber(peek(machine, 1), machine.requireMinimal, LOCKTIME_NUMBER_SIZE);
  if (lockTime === null) return "NUMBER";
  if (lockTime < 0) return "NEGATIVE_LOCKTIME";
  return machine.checker.checkLockTime(lockTime) ? null : "UNSATISFIED_LOCKTIME";
}

/** OP_NOP1 to OP_NOP10 with OP_CHECKLOCKTIMEVERIFY among them. */
export function runReservedOperation(machine: ScriptMachine, opcode: number): ScriptError | null {
  if (opcode === Op.CHECKLOCKTIMEVERIFY && (machine.flags & ScriptFlag.CHECKLOCKTIMEVERIFY) !== 0) {
    return checkLockTime(machine);
  }
  return (machine.flags & ScriptFlag.DISCOURAGE_UPGRADABLE_NOPS) !== 0 ? "DISCOURAGE_UPGRADABLE_NOPS" : null;
}

/** OP_VERIFY: takes a true value from the stack, leaves a false one. */
export function runVerify(machine: ScriptMachine): ScriptError | null {
  if (machine.stack.length < 1) return "INVALID_STACK_OPERATION";
  if (!castToBool(peek(machine, 1))) return "VERIFY";
  machine.stack.pop();
  return null;
}
