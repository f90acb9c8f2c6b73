export { type Reject, RejectCode, type RejectScope, reject } from "../verdict/index.ts";
