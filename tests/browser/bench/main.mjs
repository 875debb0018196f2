// The benchmarks that need a browser; `cargo xtask bench` runs this and reads the one line of JSON it prints.
//   RIVULET_BENCH_ONLY   names of measures, apart by commas; all if it is empty
//   RIVULET_BENCH_QUICK  "1": fewer turns, for trying the benchmarks themselves
import { cold } from "./cold.mjs";
import { fold } from "./fold.mjs";
import { bulk, one } from "./record.mjs";
import { Stage } from "./stage.mjs";
import { pull, push } from "./sync.mjs";

const MEASURES = { one, bulk, push, pull, cold, fold };

const quick = process.env.RIVULET_BENCH_QUICK === "1";
const much = quick ? { entries: 60, turns: 1, bulk: 10_000, cold: 10_000, many: 10_000 } : { entries: 400, turns: 5, bulk: 10_000, cold: 50_000, many: 100_000 };
const only = (process.env.RIVULET_BENCH_ONLY ?? "").split(",").filter(Boolean);

const stage = await Stage.open();
try {
  const lines = [];
  for (const [name, measure] of Object.entries(MEASURES)) {
    if (only.length > 0 && !only.includes(name)) continue;
    console.error(`· measuring ${name} …`);
    lines.push(...(await measure(stage, much)));
  }
  if (stage.device.complaints.length > 0) console.error(stage.device.complaints.join("\n"));
  console.log(JSON.stringify({ browser: stage.browser, lines }));
} finally {
  await stage.close();
}
