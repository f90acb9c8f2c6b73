// Writes docs/generated/bench.schema.json, the JSON Schema of `fluxnode bench --json`.
//
//   bun scripts/generate-bench-schema.ts

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchReportJsonSchema } from "../src/bench/index.ts";

const file = join(import.meta.dir, "../docs/generated/bench.schema.json");
writeFileSync(file, `${JSON.stringify(benchReportJsonSchema(), null, 2)}\n`);
