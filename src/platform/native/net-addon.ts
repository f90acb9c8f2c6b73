/** The other end of a TCP connection that this process holds. */
export interface HeldConnection {
  readonly descriptor: number;
  /** Numeric address; an IPv4 one on an IPv6 socket is written ::ffff:a.b.c.d. */
  readonly host: string;
  readonly port: number;
}

/** What the system knows of this process's connections. Both throw RangeError for senseless ports. */
export interface NetAddon {
  /** Those of a local port, in no certain order. */
  tcpConnections(localPort: number): HeldConnection[];
  /** Ends one in both directions; its owner notices and closes it. False if it is not there any more. */
  shutDownConnection(descriptor: number, localPort: number, remotePort: number): boolean;
}
