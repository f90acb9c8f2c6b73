export { type ApiPart, type ApiServerOptions, startApiServer } from "./api-server.ts";
export { BandwidthTest, type BandwidthTestOptions } from "./bandwidth/bandwidth-test.ts";
export { type BandwidthLimits, bandwidthLimits } from "./bandwidth/limits.ts";
