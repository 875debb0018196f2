// What can go wrong between a tap and the log: an answer that is lost, two tabs at once, a write that is not durable.
import { expect, test } from "../fixtures.mjs";
import { expectWhole, ofTheApp, ofType } from "../support/log.mjs";
import { clock, medicine, patientWith, setUp } from "../support/plan.mjs";
import { rowOf, section, shown, take } from "../support/today.mjs";

test("a push whose answer is cut off after the commit is in the log once, and comes into the record", async ({ server, openDevice }) => {
  const { patient, link } = await patientWith(server, { medicines: [medicine("Apixaban", clock())] });
  const { page, complaints } = await openDevice();
  await setUp(page, link);
  await expect(take(page, "Apixaban")).toBeVisible();
  let cut = 0;
  await page.route("**/v1/push", async (route) => {
    if (cut > 0) return route.continue();
    cut += 1;
    const answer = await route.fetch();
    expect(answer.status()).toBe(200);
    expect(ofType(await server.events(patient), "MedicineTaken")).toHaveLength(1);
    await route.abort("connectionreset");
  });
  await take(page, "Apixaban").click();
  await expect.poll(() => cut).toBe(1);
  await expect(rowOf(page, "Done", "Apixaban")).toContainText("In your record");
  expect(ofType(await expectWhole(server, patient), "MedicineTaken")).toHaveLength(1);
  expect(ofTheApp(complaints)).toEqual([]);
});

/** Taps every button of a kind, all in one turn: nobody is faster. */
const tapAll = (page, label) =>
  page.evaluate((label) => {
    const buttons = document.querySelectorAll(`main button[aria-label^="${label}"]`);
    for (const button of buttons) button.click();
    return buttons.length;
  }, label);

test("two tabs that log at the same time lose nothing and fork nothing, and show the same in the end", async ({ server, openDevice }) => {
  const names = Array.from({ length: 12 }, (_, n) => `Medicine ${String.fromCharCode(65 + n)}`);
  const tasks = Array.from({ length: 8 }, (_, n) => `Task ${n + 1}`);
  const { patient, link } = await patientWith(server, { medicines: names.map((name) => medicine(name, clock())), tasks });
  const { page: first, context, complaints } = await openDevice();
  await setUp(first, link);
  const second = await context.newPage();
  await second.goto(server.origin);
  for (const page of [first, second]) {
    await expect(take(page, names.at(-1))).toBeVisible();
    await expect(section(page, "Any time today").getByRole("listitem")).toHaveCount(tasks.length);
  }

  const tapped = await Promise.all([tapAll(first, "Take Medicine"), tapAll(second, "Done: Task")]);
  expect(tapped).toEqual([names.length, tasks.length]);
  for (const page of [first, second]) {
    await expect(section(page, "Done").getByText("In your record")).toHaveCount(names.length + tasks.length);
  }
  const events = await expectWhole(server, patient);
  expect(ofType(events, "MedicineTaken")).toHaveLength(names.length);
  expect(ofType(events, "TaskCompleted")).toHaveLength(tasks.length);
  await expect.poll(async () => (await shown(first)) === (await shown(second))).toBe(true);
  const before = await shown(first);
  await first.reload();
  await expect.poll(() => shown(first)).toBe(before);
  expect(complaints).toEqual([]);
});

test("what a tap on Take writes is durable: strict, in a profile on disk", async ({ server, openDevice }) => {
  const { link } = await patientWith(server, { medicines: [medicine("Apixaban", clock())] });
  const { page, context, complaints } = await openDevice();
  await context.addInitScript(() => {
    window.transactions = [];
    const begin = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
      const transaction = begin.call(this, stores, mode, options);
      const { durability } = transaction;
      window.transactions.push({ stores: [...transaction.objectStoreNames], mode: transaction.mode, durability });
      return transaction;
    };
  });
  await setUp(page, link);
  await expect(take(page, "Apixaban")).toBeVisible();
  await page.evaluate(() => (window.transactions.length = 0));
  await take(page, "Apixaban").click();
  await expect(rowOf(page, "Done", "Apixaban")).toContainText("In your record");
  const transactions = await page.evaluate(() => window.transactions);
  const writes = transactions.filter(({ stores, mode }) => mode === "readwrite" && stores.includes("events"));
  expect(writes.map(({ durability }) => durability)).toEqual(["strict"]);
  expect(complaints).toEqual([]);
});
