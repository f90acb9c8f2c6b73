import manifest from "../../package.json" with { type: "json" };

/** Both are put in by the build; a run from the sources has neither. */
declare const BUILD_VERSION: string | undefined;
declare const BUILD_COMMIT: string | undefined;

export const VERSION: string = typeof BUILD_VERSION === "string" ? BUILD_VERSION : manifest.version;

/** Commit of the sources, with "-dirty" when they had been changed; null if it is unknown. */
export const COMMIT: string | null = typeof BUILD_COMMIT === "string" && BUILD_COMMIT !== "" ? BUILD_COMMIT : null;
