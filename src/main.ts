import { run } from "./cli/index.ts";

// Explicit, because timers and thread pools of a finished command must not keep the process alive.
process.exit(await run(process.argv.slice(2)));
