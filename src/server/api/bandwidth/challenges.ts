import { isProof } from "../../../bench/index.ts";
import { equalSecrets, keyedDigest, randomSecret } from "../../../platform/http/index.ts";

export type ChallengeFault = "unknown" | "expired" | "used" | "unproven";

const RANDOM_BYTES = 12;
const MAX_PROOF = 40;

/**
 * Challenges that need no memory until they are used: the token carries its time and a code that only this process can make, over
 * the client's address, too. Times are milliseconds of a monotonic clock.
 */
export class Challenges {
  private readonly key = randomSecret(32);
  private readonly lifeMillis: number;
  private readonly difficultyBits: number;
  /** Used ones that have not expired, with their end. */
  private readonly used = new Map<string, number>();

  constructor(lifeSeconds: number, difficultyBits: number) {
    this.lifeMillis = lifeSeconds * 1000;
    this.difficultyBits = difficultyBits;
  }

  issue(client: string, now: number): string {
    const end = Math.ceil(now + this.lifeMillis).toString(36);
    const random = Buffer.from(randomSecret(RANDOM_BYTES)).toString("base64url");
    return `${end}.${random}.${this.code(client, end, random)}`;
  }

  /** Null if the client may use the token with this proof now. */
  check(client: string, token: string, proof: string, now: number): ChallengeFault | null {
    const [end = "", random = "", code = "", ...more] = token.split(".");
    const expected = Buffer.from(this.code(client, end, random));
    if (more.length > 0 || !equalSecrets(Buffer.from(code), expected)) return "unknown";
    if (Number.parseInt(end, 36) <= now) return "expired";
    if (this.used.has(token)) return "used";
    return proof.length <= MAX_PROOF && isProof(token, proof, this.difficultyBits) ? null : "unproven";
  }

  /** Lets a checked token be used no more. */
  use(token: string, now: number): void {
    for (const [old, end] of this.used) if (end <= now) this.used.delete(old);
    this.used.set(token, now + this.lifeMillis);
  }

  private code(client: string, end: string, random: string): string {
    return Buffer.from(keyedDigest(this.key, `${client} ${end} ${random}`)).toString("base64url");
  }
}
