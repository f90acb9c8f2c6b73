import { FluxError } from "../errors.ts";

/** What a server's frames say. Bytes belong to the receiver of the TCP data they lie in. */
export interface FrameEvents {
  /** A piece of a binary message, as soon as it is there. */
  bytes(piece: Uint8Array): void;
  text(text: string): void;
  ping(payload: Uint8Array): void;
  close(): void;
}

const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const KNOWN = [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG];
const MAX_CONTROL = 125;
const MAX_HEADER = 10;

/** Takes frames out of what a WebSocket server sends (RFC 6455 section 5), without waiting for a binary one to be whole. */
export class FrameReader {
  private readonly events: FrameEvents;
  private readonly maxFrameBytes: number;
  private readonly maxTextBytes: number;
  private readonly header = new Uint8Array(MAX_HEADER);
  private headerLength = 0;
  private opcode = -1;
  private rest = 0;
  private held: Uint8Array = new Uint8Array(0);
  private heldLength = 0;

  constructor(events: FrameEvents, limits: { readonly maxFrameBytes: number; readonly maxTextBytes: number }) {
    this.events = events;
    this.maxFrameBytes = limits.maxFrameBytes;
    this.maxTextBytes = limits.maxTextBytes;
  }

  /** @throws FluxError web-socket-invalid for what no server may send */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.opcode < 0) {
        at = this.readHeader(bytes, at);
        if (this.opcode < 0 || this.rest > 0) continue;
        this.endFrame();
        continue;
      }
      const piece = bytes.subarray(at, at + this.rest);
      at += piece.length;
      this.rest -= piece.length;
      this.take(piece);
      if (this.rest === 0) this.endFrame();
    }
  }

  private readHeader(bytes: Uint8Array, at: number): number {
    const { header } = this;
    while (at < bytes.length) {
      header[this.headerLength++] = bytes[at++] as number;
      const length = this.frameLength();
      if (length === null) continue;
      this.begin(length);
      break;
    }
    return at;
  }

  /** Null while the header is not whole. */
  private frameLength(): number | null {
    const { header, headerLength } = this;
    if (headerLength < 2) return null;
    const short = header[1] as number;
    if (short >= 0x80) throw invalid("a masked frame");
    if (short < 126) return short;
    const view = new DataView(header.buffer);
    if (short === 126) return headerLength < 4 ? null : view.getUint16(2);
    if (headerLength < MAX_HEADER) return null;
    if (view.getUint32(2) !== 0) throw invalid("a frame of unbelievable length");
    return view.getUint32(6);
  }

  private begin(length: number): void {
    const [first = 0] = this.header;
    this.headerLength = 0;
    const opcode = first & 0x0f;
    const final = first >= 0x80;
    if ((first & 0x70) !== 0 || !KNOWN.includes(opcode)) throw invalid("an unknown kind of frame");
    const binary = opcode === BINARY || opcode === CONTINUATION;
    if (!binary && !final) throw invalid("a text or control message in pieces");
    const most = binary ? this.maxFrameBytes : opcode === TEXT ? this.maxTextBytes : MAX_CONTROL;
    if (length > most) throw invalid(`a frame of ${length} bytes`);
    this.opcode = opcode;
    this.rest = length;
    if (!binary) this.held = new Uint8Array(length);
    this.heldLength = 0;
  }

  private take(piece: Uint8Array): void {
    if (this.opcode === BINARY || this.opcode === CONTINUATION) {
      this.events.bytes(piece);
    } else {
      this.held.set(piece, this.heldLength);
      this.heldLength += piece.length;
    }
  }

  private endFrame(): void {
    const { opcode, held } = this;
    this.opcode = -1;
    if (opcode === TEXT) this.events.text(new TextDecoder().decode(held));
    else if (opcode === PING) this.events.ping(held);
    else if (opcode === CLOSE) this.events.close();
  }
}

function invalid(what: string): FluxError {
  return new FluxError("web-socket-invalid", `the other side sent ${what}`);
}
