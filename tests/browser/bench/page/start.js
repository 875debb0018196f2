// Puts both sides on the window: our device, and what is written by hand.
import init, { Folding, Phone } from "./browser_bench.js";
import { Raw, RawMonths, openAndParse, rows } from "./raw.js";

await init({ module_or_path: new URL("./browser_bench_bg.wasm", import.meta.url) });
Object.assign(window, { Folding, Phone, Raw, RawMonths, openAndParse, makeRows: rows, ready: true });
