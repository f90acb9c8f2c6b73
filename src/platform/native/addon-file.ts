import path from "../../../build/fluxnode.node" with { type: "file" };

/** Path of the addon: on disk in a checkout, inside the executable (readable, not loadable) once compiled. */
export const addonFile: string = path;
