export { type Reject, RejectCode, type RejectScope, reject } from "./reject.ts";
