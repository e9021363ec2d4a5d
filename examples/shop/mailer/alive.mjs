// Healthy is who went through the loop within the last minute.
import { statSync } from "node:fs";

process.exit(Date.now() - statSync("/tmp/alive").mtimeMs < 60_000 ? 0 : 1);
