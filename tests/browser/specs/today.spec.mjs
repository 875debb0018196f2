// Today: what is tapped is saved, sent and in the record, and can be taken back.
import { expect, test } from "../fixtures.mjs";
import { clock, date, medicine, patientWith, setUp } from "../support/plan.mjs";

const rowOf = (page, section, text) =>
  page.getByRole("region", { name: section }).getByRole("listitem").filter({ hasText: text });

const MEDICINES = () => [
  medicine("Dexamethasone", clock()),
  medicine("Apixaban", clock(), { value: "5", unit: "mg" }),
  medicine("Bisoprolol", clock(), { value: "2.5", unit: "mg" }),
];

const taken = (events) => events.filter((event) => JSON.stringify(event).includes("MedicineTaken"));

test("a dose that is taken is saved, sent and in the record, once", async ({ server, openDevice, shoot }) => {
  const { patient, link } = await patientWith(server, { medicines: MEDICINES(), tasks: ["Weigh yourself"] });
  const { page, complaints } = await openDevice();
  await setUp(page, link);
  await shoot(page, "today-phone-light");
  await page.getByRole("button", { name: "Take Dexamethasone now" }).click();
  await expect(rowOf(page, "Done", "Dexamethasone")).toContainText("In your record");
  await page.getByRole("button", { name: "Done: Weigh yourself" }).click();
  await expect(rowOf(page, "Done", "Weigh yourself")).toContainText("In your record");
  expect(taken(await server.events(patient))).toHaveLength(1);
  expect(complaints).toEqual([]);
});

test("all that is due is taken at once; undo takes it back", async ({ server, openDevice }) => {
  const { link } = await patientWith(server, { medicines: MEDICINES() });
  const { page } = await openDevice();
  await setUp(page, link);
  await page.getByRole("button", { name: "Take all 3" }).click();
  const done = page.getByRole("region", { name: "Done" });
  await expect(done.getByRole("listitem")).toHaveCount(3);
  await expect(page.getByText(/^3 doses logged at/)).toBeVisible();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(page.getByRole("button", { name: "Take all 3" })).toBeVisible();
  await expect(done).toBeHidden();
});

test("without a network it is saved on this phone, also after a reload, and sent later", async ({ server, openDevice }) => {
  const { link } = await patientWith(server, { medicines: MEDICINES() });
  const device = await openDevice();
  const { page } = device;
  await setUp(page, link);
  // Until the day is covered nothing is due, and going offline would leave it so.
  await expect(page.getByRole("button", { name: "Take Apixaban now" })).toBeVisible();
  await device.readyForOffline();
  await device.setOffline(true);
  await expect(page.getByText("Offline.")).toBeVisible();
  await page.getByRole("button", { name: "Take Apixaban now" }).click();
  await expect(rowOf(page, "Done", "Apixaban")).toContainText("Saved on this phone");
  await page.reload();
  await expect(rowOf(page, "Done", "Apixaban")).toContainText("Saved on this phone");
  await expect(page.getByText("1 entry is safe on this phone and will be sent later.")).toBeVisible();
  await device.setOffline(false);
  await expect(rowOf(page, "Done", "Apixaban")).toContainText("In your record");
  await expect(page.getByText("Offline.")).toBeHidden();
});

test("the sheet logs another time, and a dose left out with its reason", async ({ server, openDevice, shoot }) => {
  const { patient, link } = await patientWith(server, { medicines: MEDICINES() });
  const { page } = await openDevice();
  await setUp(page, link);
  await page.getByRole("button", { name: /^Dexamethasone/ }).click();
  const sheet = page.getByRole("dialog", { name: "Dexamethasone" });
  await sheet.getByLabel("Taken at another time").check();
  await sheet.getByText("Yesterday", { exact: true }).click();
  const time = sheet.getByLabel("Time", { exact: true });
  await time.fill("");
  await sheet.getByRole("button", { name: /^Log it as taken yesterday/ }).click();
  await expect(time, "an empty time logs nothing").toBeFocused();
  expect(await time.evaluate((field) => field.validity.valueMissing)).toBe(true);
  await time.fill("22:10");
  await sheet.getByRole("button", { name: "10 minutes later" }).click();
  await shoot(page, "sheet-phone-light");
  await sheet.getByRole("button", { name: "Log it as taken yesterday at 22:20" }).click();
  await expect(sheet).toBeHidden();
  await expect(rowOf(page, "Done", "Dexamethasone")).toContainText("at 22:20");

  await page.getByRole("button", { name: /^Apixaban/ }).click();
  await page.getByLabel("Skip this dose").check();
  await page.getByText("I felt sick").click();
  await page.getByText("Add a note").click();
  await page.getByLabel("Note").fill("after breakfast");
  await page.getByRole("button", { name: "Log it as skipped" }).click();
  await expect(rowOf(page, "Done", "Apixaban")).toContainText("Skipped: I felt sick");
  await expect(rowOf(page, "Done", "Apixaban")).toContainText("In your record");
  const events = JSON.stringify(await server.events(patient));
  expect(events).toContain("felt_sick");
  expect(events).toContain("after breakfast");
});

test("two devices hours apart: a possible double dose is shown, and settled by a person", async ({ server, openDevice }) => {
  const { patient, link } = await patientWith(server, { medicines: [medicine("Dexamethasone", clock())] });
  const phone = await openDevice();
  await setUp(phone.page, link);
  const tablet = await openDevice();
  await setUp(tablet.page, (await server.invite(patient)).link);
  // What was not loaded yet would not be due.
  await expect(tablet.page.getByRole("button", { name: "Take Dexamethasone now" })).toBeVisible();
  await tablet.setOffline(true);
  await tablet.page.getByRole("button", { name: /^Dexamethasone/ }).click();
  await tablet.page.getByLabel("Taken at another time").check();
  await tablet.page.getByText("Yesterday", { exact: true }).click();
  await tablet.page.getByRole("button", { name: /^Log it as taken yesterday/ }).click();
  await phone.page.getByRole("button", { name: "Take Dexamethasone now" }).click();
  await tablet.setOffline(false);
  const question = phone.page.getByText("This may be a double dose. Which of these happened?");
  await expect(question).toBeVisible();
  await phone.page.getByRole("radio").last().check();
  await phone.page.getByRole("button", { name: "Keep this one" }).click();
  await expect(question).toBeHidden();
  await expect(tablet.page.getByText("This may be a double dose.")).toBeHidden();
});

test("a change of a version that this app does not know: update before taking; logging stays", async ({ server, openDevice }) => {
  const { patient, link } = await patientWith(server, { medicines: MEDICINES() });
  const { page } = await openDevice();
  await setUp(page, link);
  await expect(page.getByRole("button", { name: "Take Apixaban now" })).toBeVisible();
  const prescribed = (await server.events(patient)).find((event) => JSON.stringify(event).includes("Apixaban"));
  const [treatment] = JSON.stringify(prescribed).match(/treatment\/[0-9a-f-]{36}/);
  const unknown = ["--type", "TreatmentStopped", "--version", "2099-01-01", "--must-understand"];
  await server.cli("care", "record", "--patient", patient, ...unknown, "--about", treatment, "--event-data", "{}");
  const row = rowOf(page, "Changed", "Apixaban");
  await expect(row).toContainText("Update the app before taking.");
  await expect(page.getByRole("button", { name: "Take Apixaban now" })).toBeHidden();
  await row.getByRole("button", { name: /^Log it: Apixaban/ }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet.getByRole("status")).toContainText("in a way that this version of the app cannot read");
  await sheet.getByRole("button", { name: /^Log it as taken/ }).click();
  await expect(rowOf(page, "Done", "Apixaban")).toContainText("In your record");
});

test("a finger means what it came down on, also where the page moves under it", async ({ server, openDevice }) => {
  const { patient, link } = await patientWith(server, { medicines: MEDICINES() });
  const { page, context } = await openDevice({ hasTouch: true, isMobile: true });
  await setUp(page, link);
  const buttons = page.getByRole("button", { name: /^Take \w+ now$/ });
  await expect(buttons).toHaveCount(3);
  const [above, pressed] = await Promise.all([0, 1].map(async (n) => (await buttons.nth(n).boundingBox()).y));
  const at = await buttons.nth(1).boundingBox().then(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }));
  const meant = await buttons.nth(1).getAttribute("aria-label");
  // The page moves as soon as the finger is down.
  await page.evaluate(([by, { x, y }]) => {
    window.clicks = [];
    window.addEventListener("click", ({ target }) => window.clicks.push(target.closest("button")?.ariaLabel), true);
    window.addEventListener("pointerdown", () => {
      document.querySelector("header.top").style.marginBlockStart = `${by}px`;
      window.lies = document.elementFromPoint(x, y).closest("button").ariaLabel;
    }, { capture: true, once: true });
  }, [pressed - above, at]);
  const finger = await context.newCDPSession(page);
  await finger.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [at] });
  await finger.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await expect.poll(() => page.evaluate(() => window.clicks.length)).toBe(1);
  const lies = await page.evaluate(() => window.lies);
  expect(lies).not.toBe(meant);
  // The browser does click what lies there now.
  await expect.poll(() => page.evaluate(() => window.clicks)).toEqual([lies]);

  await buttons.nth(2).tap();
  await expect(page.getByRole("region", { name: "Done" }).getByRole("listitem")).toContainText(["In your record"]);
  await expect(page.getByRole("button", { name: lies })).toBeVisible();
  expect(taken(await server.events(patient))).toHaveLength(1);
});

test("whoever goes back to her own clock at once has the plan as it was, whatever the other clock had jumped over", async ({ server, openDevice }) => {
  const plan = medicine("Apixaban", "23:59");
  plan.schedule.start = date(); // none of yesterday
  const { patient, link } = await patientWith(server, { medicines: [plan] });
  const [home, tablet] = [await openDevice(), await openDevice({ timezoneId: "Pacific/Auckland" })];
  await setUp(home.page, link);
  await setUp(tablet.page, (await server.invite(patient)).link);
  const planned = home.page.getByRole("region").filter({ hasText: "Apixaban" });
  await expect(planned).toContainText("23:59");
  await tablet.page.getByRole("button", { name: "Use Auckland time" }).click();
  await home.page.getByRole("button", { name: "Use Berlin time" }).click();
  await expect(home.page.getByRole("button", { name: "Use Berlin time" })).toBeHidden();
  await expect(planned).toContainText("23:59");
  await expect.poll(async () => (await server.events(patient)).filter(({ type }) => type === "EventRetracted").length).toBe(1);
  expect((await server.events(patient)).filter(({ type }) => type === "ZoneChanged")).toHaveLength(2);
});
