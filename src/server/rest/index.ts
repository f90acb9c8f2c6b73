export { type RestSource, restSite } from "./rest-site.ts";
