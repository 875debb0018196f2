// Lighthouse's mobile scores of the built app; `cargo xtask bench --only lighthouse` runs this and reads the one line of
// JSON it prints. Each page is measured as a person meets it: the page that sets a phone up, and Today on a phone that is
// set up; both fetched anew over Lighthouse's slow network, with nothing kept but the phone's own entries.
//   RIVULET_BENCH_QUICK  "1": one run of each, not the median of five
import lighthouse from "lighthouse";

import { Device } from "../support/device.mjs";
import { freePort } from "../support/free-port.mjs";
import { chromium as executablePath } from "../support/paths.mjs";
import { clock, medicine, patientWith, setUp } from "../support/plan.mjs";
import { RivuletServer } from "../support/server.mjs";
import { take } from "../support/today.mjs";

const CATEGORIES = { performance: 95, accessibility: 100, "best-practices": 100 };
const runs = process.env.RIVULET_BENCH_QUICK === "1" ? 1 : 5;

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** The scores of a page, of a hundred; before each run `forget` throws away what the browser kept of the app. */
async function scores(url, port, forget) {
  const found = Object.fromEntries(Object.keys(CATEGORIES).map((name) => [name, []]));
  let version;
  for (let run = 0; run < runs; run++) {
    await forget();
    const result = await lighthouse(url, { port, onlyCategories: Object.keys(CATEGORIES), disableStorageReset: true, logLevel: "error" });
    version = result.lhr.lighthouseVersion;
    for (const [name, { score, auditRefs }] of Object.entries(result.lhr.categories)) {
      found[name].push(Math.round(score * 100));
      const failed = auditRefs.map(({ id }) => result.lhr.audits[id]).filter((audit) => audit.score !== null && audit.score < 0.9);
      if (run === 0) for (const audit of failed) console.error(`  ${name}: ${audit.title}: ${audit.displayValue ?? ""}`);
    }
  }
  return { version, scores: Object.fromEntries(Object.entries(found).map(([name, all]) => [name, median(all)])) };
}

const server = await RivuletServer.start();
const port = await freePort();
const device = await Device.open({ executablePath, args: ["--no-sandbox", "--disable-gpu", `--remote-debugging-port=${port}`] });
try {
  const { link } = await patientWith(server, {
    medicines: [medicine("Dexamethasone", clock()), medicine("Apixaban", clock()), medicine("Macrogol", clock(180))],
    tasks: ["Weigh yourself", "Take your temperature"],
  });
  const { page } = device;
  const lines = [];
  const measure = async (name, path) => {
    console.error(`· measuring ${name} …`);
    // The worker would answer from what it keeps: what is measured is a first load.
    await page.goto("about:blank");
    const session = await page.context().newCDPSession(page);
    const forget = async () => {
      await session.send("Storage.clearDataForOrigin", { origin: server.origin, storageTypes: "service_workers,cache_storage" });
      await session.send("Network.clearBrowserCache");
    };
    const { version, scores: of } = await scores(`${server.origin}${path}`, port, forget);
    for (const [category, bar] of Object.entries(CATEGORIES)) {
      const ours = of[category];
      lines.push({ name: `Lighthouse ${version} mobile, ${category}: ${name}`, unit: "of 100", ours, bar, met: ours >= bar, more: true });
    }
  };
  await measure("the page that sets a phone up", "/enrol");
  await setUp(page, link);
  await take(page, "Apixaban").waitFor();
  await measure("Today", "/");
  console.log(JSON.stringify({ browser: `Chromium ${device.context.browser()?.version() ?? ""}`.trim(), lines }));
} finally {
  await device.dispose();
  await server.dispose();
}
