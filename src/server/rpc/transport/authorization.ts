import { equalSecrets, randomSecret } from "../../../platform/http/index.ts";
import { OWNER_ONLY_FILE, removeFile, writeFileAtomically } from "../../../platform/index.ts";

/** How clients prove who they are: with fixed credentials, or with a cookie file that only this user can read. */
export type RpcAuthorization =
  | { readonly user: string; readonly password: string }
  | {
      /** Path of the cookie file: written at start, removed at stop. */
      readonly cookieFile: string;
    };

const COOKIE_USER = "__cookie__";
const COOKIE_SECRET_BYTES = 32;
const SCHEME = "Basic ";
/** White space around the credentials is ignored: C's isspace. */
const SPACE = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;

/** Checks HTTP Basic credentials (spec rpc.md section 1). Comparing takes the same time wherever they differ. */
export class Authorizer {
  private readonly credentials: Uint8Array;
  /** The header that nearly all clients send; any other spelling is decoded. */
  private readonly usual: Uint8Array;
  private readonly cookieFile: string | undefined;

  /** @throws FluxError when the cookie file cannot be written */
  constructor(authorization: RpcAuthorization) {
    const fixed = "password" in authorization;
    const text = fixed
      ? `${authorization.user}:${authorization.password}`
      : `${COOKIE_USER}:${Buffer.from(randomSecret(COOKIE_SECRET_BYTES)).toString("base64")}`;
    this.credentials = Buffer.from(text, "utf8");
    this.usual = Buffer.from(SCHEME + Buffer.from(text, "utf8").toString("base64"), "latin1");
    this.cookieFile = fixed ? undefined : authorization.cookieFile;
    if (this.cookieFile !== undefined) writeFileAtomically(this.cookieFile, text, OWNER_ONLY_FILE);
  }

  /** True if the value of an Authorization header names the right credentials. */
  accepts(header: string): boolean {
    if (equalSecrets(Buffer.from(header, "latin1"), this.usual)) return true;
    if (!header.startsWith(SCHEME)) return false;
    const sent = Buffer.from(header.slice(SCHEME.length).replace(SPACE, ""), "base64");
    return equalSecrets(sent, this.credentials);
  }

  /** Removes the cookie file. */
  close(): void {
    if (this.cookieFile !== undefined) removeFile(this.cookieFile);
  }
}
