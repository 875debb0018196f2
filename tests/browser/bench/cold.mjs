// Opening with a long history behind: the app as it ships, beside the same app with an empty record; and the device alone,
// beside rows read by hand. The app is opened in a browser that was just started, each time: in one that runs already the
// program may lie compiled in memory or not, whichever process the browser chooses, and that is more than all else.
import { Device } from "../support/device.mjs";
import { serverWithHistory } from "../support/history.mjs";
import { clock, medicine, patientWith, setUp } from "../support/plan.mjs";
import { RivuletServer } from "../support/server.mjs";
import { line } from "./figures.mjs";

const MEDICINES = 7;
/** So long somebody looks at it before it counts: browsers keep what they have compiled some seconds later. */
const LOOKED_AT_MS = 6_000;

/** In the page, from its first script on: notes when every day of the calendar's month says what came of it. */
function watchMonth() {
  const look = () => {
    const days = [...document.querySelectorAll("table.month td a")];
    const isReady = days.length >= 28 && days.every((day) => !day.getAttribute("aria-label").includes("Still loading"));
    if (isReady) window.monthReady ??= performance.now();
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true });
}

/** In the page: whether all is fetched, and a checkpoint of it is kept. */
async function isKept() {
  const settled = (request) => new Promise((ok, no) => ((request.onsuccess = () => ok(request.result)), (request.onerror = no)));
  const database = await settled(indexedDB.open("rivulet"));
  const read = (store, key) => settled(database.transaction(store).objectStore(store).get(key));
  const [progress, frame] = [await read("meta", "progress"), await read("checkpoint", "frame")];
  database.close();
  return progress !== undefined && JSON.parse(progress).cursor.low === 0 && frame !== undefined;
}

/** How long it takes from the address to the month's calendar, milliseconds; then it is looked at for a while. */
async function opened(device, origin, lookedAtMs = 0) {
  await device.close();
  const page = await device.reopen();
  await device.context.addInitScript(watchMonth);
  await page.goto(`${origin}/calendar`);
  await page.waitForFunction(() => window.monthReady);
  await page.waitForTimeout(lookedAtMs);
  return page.evaluate(() => window.monthReady);
}

/** The app's load from its service worker until the month is there, with many entries and with none; in one browser. */
async function app({ turns: rounds, cold: count }) {
  const long = await serverWithHistory(count, [medicine("Prednisolone", clock())], { tasks: true });
  const empty = await RivuletServer.start();
  const device = await Device.open();
  const { page } = device;
  try {
    const medicines = Array.from({ length: MEDICINES + 1 }, (_, n) => medicine(`Medicine ${n}`, clock()));
    const { link } = await patientWith(empty, { medicines });
    for (const of of [link, long.link]) {
      await setUp(page, of);
      await device.readyForOffline();
    }
    await page.waitForFunction(isKept, undefined, { timeout: 600_000, polling: 1_000 });
    const turns = [];
    for (let round = -2; round < rounds * 2; round++) {
      const lookedAtMs = round < 0 ? LOOKED_AT_MS : 0;
      const turn = [await opened(device, long.server.origin, lookedAtMs), await opened(device, empty.origin, lookedAtMs)];
      if (round >= 0) turns.push(turn);
    }
    return line(`the app opened until the month is there: ${count} doses and a task done each day, beside an empty record`, turns, 1.2);
  } finally {
    await device.dispose();
    await long.server.dispose();
    await empty.dispose();
  }
}

/** The device alone, until the month's view is there; by hand: the month's rows by an index, opened and parsed. */
async function device(stage, { turns: rounds, cold: count }) {
  const patient = await stage.history(count);
  const code = await stage.code(patient);
  const turns = await stage.ours.evaluate(async ([code, count, rounds]) => {
    const phone = await Phone.enrol("cold", code);
    await phone.sync();
    while (!(await phone.keeps_checkpoint())) await new Promise((resolve) => setTimeout(resolve, 100));
    if (phone.entries() < count) throw new Error(`only ${phone.entries()} of ${count} are there`);
    phone.close();
    const folding = await Folding.write(count);
    const log = { headers: folding.headers(), bodies: folding.bodies(), key: folding.key(), patient: folding.patient() };
    folding.free();
    await RawMonths.write("cold-raw", log);
    const timed = async (work) => {
      const before = performance.now();
      await work();
      return performance.now() - before;
    };
    const turns = [];
    for (let round = 0; round <= rounds * 2; round++) {
      const ours = await timed(async () => (await Phone.open_month("cold")).close());
      turns.push([ours, await timed(() => RawMonths.read("cold-raw", log))]);
    }
    return turns.slice(1); // the first one warms up
  }, [code, count, rounds]);
  return line(`the device opened until the month's view is there: ${count} events, beside rows by hand`, turns, 1.5);
}

export async function cold(stage, pace) {
  return [await app(pace), await device(stage, pace)];
}
