import { equalBytes } from "../../protocol/bytes/index.ts";
import {
  CHECKSUM_OFFSET,
  FRAME_HEADER_SIZE,
  LENGTH_OFFSET,
  MAX_PAYLOAD_SIZE,
  payloadChecksum,
  readCommand,
} from "./frame.ts";
import { PayloadBuffer } from "./payload-buffer.ts";

/** A message whose checksum is right. */
export interface Frame {
  readonly command: string;
  readonly payload: Uint8Array;
}

export interface FrameEvents {
  frame(frame: Frame): void;
  /** The stream cannot be followed any more: the connection has to end (spec p2p.md section 1). */
  broken(reason: "wrong magic" | "oversized message"): void;
}

/** The message that is arriving. */
interface Arriving {
  readonly command: string;
  readonly checksum: Uint8Array;
  readonly payload: PayloadBuffer;
}

/**
 * Cuts a byte stream into messages. Messages with a malformed or unknown command or a bad checksum are skipped; the payload
 * of a command that nobody wants is never stored.
 */
export class FrameReader {
  private readonly magic: Uint8Array;
  private readonly isWanted: (command: string) => boolean;
  private readonly events: FrameEvents;
  private readonly header = new Uint8Array(FRAME_HEADER_SIZE);
  private headerFilled = 0;
  private arriving: Arriving | null = null;
  /** Payload bytes still to be thrown away. */
  private skipping = 0;
  private failed = false;

  constructor(magic: Uint8Array, isWanted: (command: string) => boolean, events: FrameEvents) {
    this.magic = magic;
    this.isWanted = isWanted;
    this.events = events;
  }

  /** Memory that the unfinished message takes. */
  get buffered(): number {
    return this.arriving?.payload.capacity ?? 0;
  }

  /** True if the last byte so far did not end a message. */
  get midMessage(): boolean {
    return this.headerFilled > 0 || this.skipping > 0 || this.arriving !== null;
  }

  push(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0 && !this.failed) {
      const taken = this.arriving ? this.takePayload(this.arriving, rest) : this.takeOther(rest);
      rest = rest.subarray(taken);
    }
  }

  private takeOther(bytes: Uint8Array): number {
    if (this.skipping > 0) {
      const skipped = Math.min(this.skipping, bytes.length);
      this.skipping -= skipped;
      return skipped;
    }
    const taken = Math.min(FRAME_HEADER_SIZE - this.headerFilled, bytes.length);
    this.header.set(bytes.subarray(0, taken), this.headerFilled);
    this.headerFilled += taken;
    if (this.headerFilled === FRAME_HEADER_SIZE) {
      this.headerFilled = 0;
      this.begin();
    }
    return taken;
  }

  private begin(): void {
    const { header } = this;
    if (!equalBytes(header.subarray(0, this.magic.length), this.magic)) {
      this.fail("wrong magic");
      return;
    }
    const length = new DataView(header.buffer).getUint32(LENGTH_OFFSET, true);
    if (length > MAX_PAYLOAD_SIZE) {
      this.fail("oversized message");
      return;
    }
    const command = readCommand(header);
    if (command === null || !this.isWanted(command)) {
      this.skipping = length;
      return;
    }
    const checksum = header.slice(CHECKSUM_OFFSET, FRAME_HEADER_SIZE);
    this.arriving = { command, checksum, payload: new PayloadBuffer(length) };
    if (length === 0) this.complete(this.arriving);
  }

  private fail(reason: "wrong magic" | "oversized message"): void {
    this.failed = true;
    this.arriving = null;
    this.events.broken(reason);
  }

  private takePayload(arriving: Arriving, bytes: Uint8Array): number {
    const taken = arriving.payload.push(bytes);
    if (arriving.payload.complete) this.complete(arriving);
    return taken;
  }

  private complete({ command, checksum, payload }: Arriving): void {
    this.arriving = null;
    const bytes = payload.finish();
    if (equalBytes(payloadChecksum(bytes), checksum)) this.events.frame({ command, payload: bytes });
  }
}
