/** Script verification flags. Strict DER signatures have no flag: they are always demanded (spec transactions.md section 7). */
export const ScriptFlag = {
  NONE: 0,
  P2SH: 1 << 0,
  STRICTENC: 1 << 1,
  LOW_S: 1 << 3,
  NULLDUMMY: 1 << 4,
  SIGPUSHONLY: 1 << 5,
  MINIMALDATA: 1 << 6,
  DISCOURAGE_UPGRADABLE_NOPS: 1 << 7,
  CLEANSTACK: 1 << 8,
  CHECKLOCKTIMEVERIFY: 1 << 9,
} as const;

/** What every block is held to, from genesis on. */
export const CONSENSUS_FLAGS = ScriptFlag.P2SH | ScriptFlag.CHECKLOCKTIMEVERIFY;

/** A failure under these alone is the sender's fault; one that needs more flags is only non-standard. */
export const MANDATORY_FLAGS = ScriptFlag.P2SH;

/** What the memory pool asks for. */
export const STANDARD_FLAGS =
  ScriptFlag.P2SH |
  ScriptFlag.STRICTENC |
  ScriptFlag.MINIMALDATA |
  ScriptFlag.NULLDUMMY |
  ScriptFlag.DISCOURAGE_UPGRADABLE_NOPS |
  ScriptFlag.CLEANSTACK |
  ScriptFlag.CHECKLOCKTIMEVERIFY |
  ScriptFlag.LOW_S;
