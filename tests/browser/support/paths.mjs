// Where things lie; `cargo xtask test` overrides each by the variable named beside it.
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The packed app (RIVULET_DIST). */
export const dist = process.env.RIVULET_DIST ?? `${root}dist`;
/** The browser's side of the contract tests (RIVULET_DIST_TEST). */
export const distTest = process.env.RIVULET_DIST_TEST ?? `${root}dist-test`;
/** The server's program (RIVULET_SERVER_BIN). */
export const serverBin = process.env.RIVULET_SERVER_BIN ?? `${root}target/debug/rivulet-server`;
/** Writes a long history (RIVULET_HISTORY_BIN). */
export const historyBin = process.env.RIVULET_HISTORY_BIN ?? `${root}target/debug/examples/bench_history`;
/** The browser (RIVULET_CHROMIUM). */
export const chromium = process.env.RIVULET_CHROMIUM ?? "/usr/bin/chromium";
