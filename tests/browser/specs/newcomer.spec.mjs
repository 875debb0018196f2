// A new phone, and a long history to fetch: today's plan is there at once, and nothing is judged that is not here yet.
import { expect, test as base } from "../fixtures.mjs";
import { serverWithHistory } from "../support/history.mjs";
import { expectWhole, ofTheApp } from "../support/log.mjs";
import { clock, medicine, setUp, today } from "../support/plan.mjs";
import { rowOf, section, shown, take } from "../support/today.mjs";
import { until } from "../support/wait.mjs";

const DOSES = 365 * 14;

const test = base.extend({
  history: async ({}, use) => {
    const history = await serverWithHistory(DOSES, [medicine("Apixaban", clock())]);
    await use(history);
    await history.server.dispose();
  },
});

/** Holds every pull of a page until it is let through. */
async function holdPulls(page) {
  const waiting = [];
  await page.route("**/v1/pull*", (route) => waiting.push(route));
  const next = async () => {
    await until("a pull", () => waiting.length > 0);
    return waiting[0];
  };
  const letOneThrough = async () => {
    const route = await next();
    waiting.shift();
    await route.continue();
  };
  return { next, letOneThrough };
}

const lowOf = (request) => new URL(request.url()).searchParams.get("low");

/** In the page: notes whenever a section stands there that calls something due or not logged. */
function watchForJudgements() {
  window.judged = [];
  const look = () => {
    for (const id of ["now", "open"]) {
      if (document.getElementById(id)) window.judged.push(`${id}: ${document.getElementById(id).parentElement.innerText}`);
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}

/** In the page: how far pulling has come, the ordinals that are kept, and whether there is a checkpoint. */
async function kept() {
  const settled = (request) => new Promise((ok, no) => ((request.onsuccess = () => ok(request.result)), (request.onerror = no)));
  const database = await settled(indexedDB.open("rivulet"));
  const all = (store) => settled(database.transaction(store).objectStore(store).getAll());
  const progress = await settled(database.transaction("meta").objectStore("meta").get("progress"));
  const pages = await all("pages");
  const ordinals = pages.flatMap((page) => JSON.parse(new TextDecoder().decode(page)).map(({ receipt }) => receipt.ordinal));
  const checkpoint = await settled(database.transaction("checkpoint").objectStore("checkpoint").getKey("frame"));
  database.close();
  return { low: JSON.parse(progress).cursor.low, ordinals, checkpoint };
}

/** In the page: throws what can be made again away. */
async function dropCheckpoint() {
  const settled = (request) => new Promise((ok, no) => ((request.onsuccess = () => ok(request.result)), (request.onerror = no)));
  const database = await settled(indexedDB.open("rivulet"));
  await settled(database.transaction("checkpoint", "readwrite").objectStore("checkpoint").clear());
  database.close();
}

/** A zone whose calendar shows another day than UTC's now. */
const otherDay = () => (new Date().getUTCHours() < 11 ? "Pacific/Pago_Pago" : "Pacific/Kiritimati");

test("until the record has come, it is the phone's own day", async ({ server, openDevice }) => {
  const timezoneId = otherDay();
  const { page } = await openDevice({ timezoneId });
  const { patient } = await server.createPatient("--name", "Marta", "--zone", timezoneId, "--test");
  const { link } = await server.invite(patient);
  const pulls = await holdPulls(page);
  await setUp(page, link, timezoneId);
  await expect(page.getByText("Still loading")).toBeVisible();
  await pulls.letOneThrough();
  await expect(page.getByText("Still loading")).toBeHidden();
  await expect(today(page, timezoneId)).toBeVisible();
});

test("a fresh phone shows today's plan at once, judges nothing that is not here, and goes on after it was killed in mid-pull", async ({
  history: { server, patient, link },
  openDevice,
}) => {
  test.slow();
  const device = await openDevice();
  await device.context.addInitScript(watchForJudgements);
  const pulls = await holdPulls(device.page);
  await setUp(device.page, link);
  await expect(device.page.getByText("Still loading")).toBeVisible();

  await pulls.letOneThrough();
  await expect(rowOf(device.page, "Still loading", "Apixaban")).toBeVisible();
  await expect(take(device.page, "Apixaban")).toBeHidden();
  const { low } = await device.page.evaluate(kept);
  expect(low).toBeGreaterThan(DOSES);
  expect(await device.page.evaluate(() => window.judged)).toEqual([]);

  await pulls.letOneThrough();
  await expect(take(device.page, "Apixaban")).toBeVisible();
  await expect(section(device.page, "Still loading")).toBeHidden();
  const cutAt = lowOf((await pulls.next()).request());
  await device.close();

  const page = await device.reopen();
  const asked = [];
  page.on("request", (request) => request.url().includes("/v1/pull") && asked.push(lowOf(request)));
  await page.goto(server.origin);
  await expect(take(page, "Apixaban")).toBeVisible();
  await expect.poll(async () => (await page.evaluate(kept)).low, { timeout: 90_000 }).toBe(0);
  expect(asked[0]).toBe(cutAt);
  const { ordinals } = await page.evaluate(kept);
  const events = await expectWhole(server, patient);
  expect(ordinals.sort((a, b) => a - b)).toEqual(events.map(({ ordinal }) => ordinal));

  await take(page, "Apixaban").click();
  await expect(rowOf(page, "Done", "Apixaban")).toContainText("In your record");
  await expect.poll(async () => (await page.evaluate(kept)).checkpoint).toBe("frame");
  const before = await shown(page);
  await page.reload();
  await expect.poll(() => shown(page), "from the checkpoint").toBe(before);
  await page.evaluate(dropCheckpoint);
  await page.reload();
  await expect.poll(() => shown(page), "from the rows and pages alone").toBe(before);
  expect(ofTheApp(device.complaints)).toEqual([]);
});
