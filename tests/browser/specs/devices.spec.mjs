// Two phones of one patient, and phones whose clocks are wrong.
import { expect, test } from "../fixtures.mjs";
import { expectWhole, ofTheApp, ofType } from "../support/log.mjs";
import { clock, medicine, patientWith, setUp } from "../support/plan.mjs";
import { logYesterday, rowOf, section, shown, take } from "../support/today.mjs";

/** A phone and a tablet, set up and with the plan on them. */
async function twoDevices(server, openDevice, names) {
  const { patient, link } = await patientWith(server, { medicines: names.map((name) => medicine(name, clock())) });
  const [phone, tablet] = [await openDevice(), await openDevice()];
  await setUp(phone.page, link);
  await setUp(tablet.page, (await server.invite(patient)).link);
  for (const { page } of [phone, tablet]) await expect(take(page, names.at(-1))).toBeVisible();
  return { patient, phone, tablet };
}

const question = (page) => page.getByText("This may be a double dose. Which of these happened?");

test("each device sees what the other logged", async ({ server, openDevice }) => {
  const { patient, phone, tablet } = await twoDevices(server, openDevice, ["Apixaban", "Bisoprolol"]);
  await take(phone.page, "Apixaban").click();
  await take(tablet.page, "Bisoprolol").click();
  for (const { page } of [phone, tablet]) {
    for (const name of ["Apixaban", "Bisoprolol"]) await expect(rowOf(page, "Done", name)).toContainText("In your record");
  }
  await expect.poll(async () => (await shown(phone.page)) === (await shown(tablet.page))).toBe(true);
  expect(ofType(await expectWhole(server, patient), "MedicineTaken")).toHaveLength(2);
  expect([...phone.complaints, ...tablet.complaints]).toEqual([]);
});

test("the same dose logged by both within ten minutes is one dose with two witnesses", async ({ server, openDevice }) => {
  const { patient, phone, tablet } = await twoDevices(server, openDevice, ["Apixaban"]);
  for (const device of [phone, tablet]) await device.setOffline(true);
  for (const { page } of [phone, tablet]) {
    await take(page, "Apixaban").click();
    await expect(rowOf(page, "Done", "Apixaban")).toContainText("Saved on this phone");
  }
  for (const device of [phone, tablet]) await device.setOffline(false);
  for (const { page } of [phone, tablet]) {
    const row = rowOf(page, "Done", "Apixaban");
    await expect(row).toContainText("logged 2 times as one dose");
    await expect(row).toContainText("In your record");
    await expect(question(page)).toBeHidden();
  }
  expect(ofType(await expectWhole(server, patient), "MedicineTaken")).toHaveLength(2);
});

test("the same dose logged hours apart is a possible double dose on both, until one is kept", async ({ server, openDevice }) => {
  const { patient, phone, tablet } = await twoDevices(server, openDevice, ["Apixaban"]);
  await tablet.setOffline(true);
  await logYesterday(tablet.page, "Apixaban", "20:15");
  await take(phone.page, "Apixaban").click();
  await expect(rowOf(phone.page, "Done", "Apixaban")).toContainText("In your record");
  await tablet.setOffline(false);
  for (const { page } of [phone, tablet]) {
    await expect(question(page)).toBeVisible();
    await expect(page.getByRole("radio")).toHaveCount(2);
  }
  await tablet.page.getByRole("radio", { name: /at 20:15/ }).check();
  await tablet.page.getByRole("button", { name: "Keep this one" }).click();
  for (const { page } of [phone, tablet]) {
    await expect(question(page)).toBeHidden();
    await expect(rowOf(page, "Done", "Apixaban")).toContainText("20:15");
    await expect(rowOf(page, "Done", "Apixaban")).toContainText("In your record");
  }
  const events = await expectWhole(server, patient);
  expect(ofType(events, "MedicineTaken", "EventRetracted").map(({ type }) => type)).toEqual([
    "MedicineTaken",
    "MedicineTaken",
    "EventRetracted",
  ]);
});

/** In the page: its clock is wrong by this, from its first script on. */
function setClockWrong(wrongByMs) {
  const Right = Date;
  window.Date = class extends Right {
    constructor(...parts) {
      if (parts.length === 0) super(Right.now() + wrongByMs);
      else super(...parts);
    }
    static now() {
      return Right.now() + wrongByMs;
    }
  };
}

test("a phone in 2099 and one in 1999 are set up, record and sync beside a right one, and show the right day", async ({
  server,
  openDevice,
}) => {
  const names = { 1999: "Apixaban", 2026: "Bisoprolol", 2099: "Dexamethasone" };
  const now = new Date();
  const { patient } = await patientWith(server, { medicines: Object.values(names).map((name) => medicine(name, clock())) });
  const devices = {};
  for (const year of Object.keys(names)) {
    const device = (devices[year] = await openDevice());
    const wrongByMs = year === "2026" ? 0 : new Date(now).setFullYear(year) - now.getTime();
    await device.context.addInitScript(setClockWrong, wrongByMs);
    await setUp(device.page, (await server.invite(patient)).link);
    expect(await device.page.evaluate(() => Date.now() - performance.timeOrigin > 86_400_000)).toBe(year === "2099");
  }
  for (const year of ["2099", "2026", "1999"]) {
    await take(devices[year].page, names[year]).click();
    for (const { page } of Object.values(devices)) {
      await expect(rowOf(page, "Done", names[year])).toContainText("In your record");
    }
  }
  const screens = new Set(await Promise.all(Object.values(devices).map(({ page }) => shown(page))));
  expect(screens.size).toBe(1);
  const taken = ofType(await expectWhole(server, patient), "MedicineTaken");
  expect(taken.map(({ occurred_at }) => Math.abs(new Date(occurred_at) - now) < 3_600_000)).toEqual([true, true, true]);
  const orders = taken.map(({ order }) => order);
  expect([...orders].sort()).toEqual(orders);
  for (const { page, complaints } of Object.values(devices)) {
    await page.reload();
    await expect(section(page, "Done").getByRole("listitem")).toHaveCount(3);
    expect(ofTheApp(complaints)).toEqual([]); // its first requests were refused for their time
  }
});
