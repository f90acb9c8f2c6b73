/** Thrown where a peer does what no honest peer does; it costs misbehaviour points (spec p2p.md section 4). */
export class ProtocolViolation extends Error {
  override readonly name = "ProtocolViolation";
  readonly points: number;

  constructor(message: string, points: number) {
    super(message);
    this.points = points;
  }
}
