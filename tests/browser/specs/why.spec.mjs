// Why is it so: what is shown can be asked where it came from and how it was; what disagrees is settled by a person.
import { expect, test } from "../fixtures.mjs";
import { SKIPPED, skip, takenAndSkipped, twoDevices } from "../support/disagree.mjs";
import { serverWithHistory } from "../support/history.mjs";
import { expectWhole, ofType, untilLogged } from "../support/log.mjs";
import { clock, date, medicine, patientWith, setUp } from "../support/plan.mjs";
import { logYesterday, rowOf, section, take } from "../support/today.mjs";

const WHY = "Why does it say this?";
const why = (page) => page.getByRole("dialog", { name: WHY });
const steps = (page) => why(page).getByRole("list").first().getByRole("listitem");
const card = (page, text) => page.getByRole("region").filter({ has: page.getByText(text) }).last();

const TIMES = "This may be a double dose. Which of these happened?";
const AMOUNTS = "Two amounts are logged for this dose. Which is right?";

/** What the log says of today's dose, by type. */
async function whyInLog(server, patient) {
  const { treatment } = ofType(await server.events(patient), "TreatmentPrescribed")[0].data;
  const dose = `${treatment}/${date()}/slot`;
  const steps = await server.lines("log", "why", "--patient", patient, "--dose", dose);
  return (kind) => steps.filter((step) => step.kind === kind);
}

/** Logged now on the phone, and on the tablet as of yesterday. */
async function takenTwice(server, openDevice, options) {
  const found = await twoDevices(server, openDevice, [medicine("Apixaban", clock())], options);
  const { phone, tablet } = found;
  await tablet.setOffline(true);
  await logYesterday(tablet.page, "Apixaban", "20:15");
  await take(phone.page, "Apixaban").click();
  await expect(rowOf(phone.page, "Done", "Apixaban")).toContainText("In your record");
  await tablet.setOffline(false);
  for (const { page } of [phone, tablet]) await expect(page.getByText(TIMES)).toBeVisible();
  return found;
}

test("a dose that two devices disagree about tells who said what, where and when, and what became of it", async ({
  server,
  openDevice,
}) => {
  const { phone } = await takenAndSkipped(server, openDevice);
  const { page } = phone;
  const row = rowOf(page, "Done", "Apixaban").getByRole("button", { name: /Why\?/ });
  await row.click();
  await expect(why(page).getByText("Taken and skipped")).toBeVisible();
  await expect(steps(page)).toHaveCount(3);
  await expect(steps(page).nth(0)).toContainText(/Prescribed: Apixaban 2\smg, 1\stablet, with food/);
  await expect(steps(page).nth(0)).toContainText("This counts.");
  const taken = steps(page).filter({ has: page.getByText(/^Taken 1\stablet at/) });
  const skipped = steps(page).filter({ has: page.getByText(/^Skipped at/) });
  await expect(taken).toContainText("You, on this phone");
  await expect(taken).toContainText(/Does not go together with “Skipped at .+” \(You, on Computer\)/);
  await expect(skipped).toContainText("You, on Computer");
  await expect(skipped).toContainText(/Does not go together with “Taken 1\stablet at .+” \(You, on this phone\)/);
  for (const label of ["True at", "Logged", "Received"]) await expect(taken.getByText(label)).toBeVisible();
  await expect(taken).toContainText("In your record");

  await page.keyboard.press("Escape");
  await expect(why(page)).toBeHidden();
  await expect(row).toBeFocused();
  await page.getByRole("radio", { name: /^Skipped at/ }).check();
  await page.getByRole("button", { name: "Keep this one" }).click();
  await expect(page.getByText(SKIPPED)).toBeHidden();
  await row.click();
  await expect(why(page).getByText("Skipped", { exact: true })).toBeVisible();
  await expect(taken).toContainText("Does not count: taken back by You, on this phone.");
  await expect(steps(page).last()).toContainText(/^Taken back: “Taken 1\stablet at/);
});

test("what can be logged is asked from its sheet, a task from its row, what is not sent says so", async ({ server, openDevice }) => {
  const { link } = await patientWith(server, { medicines: [medicine("Apixaban", clock())], tasks: ["Weigh yourself"] });
  const device = await openDevice();
  const { page } = device;
  await setUp(page, link);
  await expect(take(page, "Apixaban")).toBeVisible();
  await device.readyForOffline();
  await device.setOffline(true);
  await page.getByRole("button", { name: /^Apixaban/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: WHY }).click();
  await expect(why(page)).toContainText("planned today at");
  await expect(why(page)).toContainText("Planned for now");
  await expect(why(page)).toContainText("Because of 1 entry");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog").getByRole("button", { name: WHY })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();

  await page.getByRole("button", { name: /^Weigh yourself/ }).click();
  await expect(why(page)).toContainText("Not done yet");
  await expect(steps(page)).toHaveText([/^Asked for: Weigh yourself/]);
  await why(page).getByRole("button", { name: "Back", exact: true }).click();

  await page.getByRole("button", { name: "Done: Weigh yourself" }).click();
  await rowOf(page, "Done", "Weigh yourself").getByRole("button", { name: /Why\?/ }).click();
  await expect(steps(page)).toHaveCount(2);
  await expect(steps(page).nth(1)).toContainText("Not sent yet");
  await expect(steps(page).nth(1)).toContainText("Saved on this phone");
});

test("Escape, its button and the browser's back button close it, and the focus is where it was", async ({ server, openDevice }) => {
  const { link } = await patientWith(server, { medicines: [medicine("Apixaban", clock())], tasks: ["Weigh yourself"] });
  const { page } = await openDevice();
  await setUp(page, link);
  const row = page.getByRole("button", { name: /^Weigh yourself/ });
  const ways = [
    () => page.keyboard.press("Escape"),
    () => page.goBack(),
    () => why(page).getByRole("button", { name: "Back", exact: true }).press("Enter"),
    () => page.goBack(),
  ];
  for (const close of ways) {
    await row.press("Enter");
    await expect(why(page)).toBeVisible();
    await expect(why(page).getByRole("heading", { name: WHY })).toBeFocused();
    await close();
    await expect(why(page)).toBeHidden();
    await expect(row).toBeFocused();
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  }
});

test("the back button closes what lies uppermost, and is the page's again once that was closed in another way", async ({ server, openDevice }) => {
  const { link } = await patientWith(server, { medicines: [medicine("Apixaban", clock())] });
  const { page } = await openDevice();
  await setUp(page, link);
  await expect(take(page, "Apixaban")).toBeVisible();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Calendar" }).click();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Today" }).click();
  const row = page.getByRole("button", { name: /^Apixaban/ });
  const sheet = page.getByRole("dialog").filter({ has: page.getByRole("heading", { name: /^Apixaban/ }) });
  await row.click();
  await sheet.getByRole("button", { name: WHY }).click();
  await expect(why(page)).toBeVisible();
  await page.goBack();
  await expect(why(page)).toBeHidden();
  await expect(sheet).toBeVisible();
  await page.goBack();
  await expect(sheet).toBeHidden();
  await expect(row).toBeFocused();
  await expect(take(page, "Apixaban")).toBeVisible();

  await row.click();
  await sheet.getByRole("button", { name: WHY }).click();
  await page.keyboard.press("Escape");
  await expect(why(page)).toBeHidden();
  await expect(sheet).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await expect.poll(() => page.evaluate(() => history.state)).not.toBe("over");
  await page.goBack();
  await expect(page.getByRole("navigation", { name: "View" })).toBeVisible();
});

test("what was logged by mistake is taken back where it is explained", async ({ server, openDevice }) => {
  const today = date();
  const { patient, link } = await patientWith(server, { medicines: [medicine("Apixaban", clock())] });
  const { page } = await openDevice();
  await setUp(page, link);
  await logYesterday(page, "Apixaban", "20:15");
  await expect(rowOf(page, "Done", "Apixaban")).toContainText("In your record");
  await page.goto(`${server.origin}/calendar/day/${today}`);
  const row = page.getByRole("listitem").filter({ hasText: "Apixaban" }).getByRole("button");
  await row.click();
  const taken = steps(page).filter({ has: page.getByText(/^Taken 1\stablet/) });
  await expect(steps(page).first().getByRole("button")).toHaveCount(0); // the plan is the care team's
  await taken.getByRole("button", { name: /^Undo: Taken 1\stablet/ }).click();
  await expect(taken).toContainText("Does not count: taken back by You, on this phone.");
  await expect(taken.getByRole("button")).toHaveCount(0);
  await page.goBack();
  await expect(page.getByRole("listitem").filter({ hasText: "Apixaban" })).toContainText("Due now");
  await untilLogged(server, patient, 1, "EventRetracted");
});

test("looking back shows what was known then and what was true then, and logs nothing", async ({ openDevice }) => {
  const { server, patient, link } = await serverWithHistory(42, [medicine("Apixaban", clock())]);
  try {
    const { page } = await openDevice();
    await setUp(page, link);
    await take(page, "Apixaban").click();
    const entry = rowOf(page, "Done", "Apixaban");
    await expect(entry).toContainText("In your record");
    const logged = (await server.events(patient)).length;
    await entry.getByRole("button", { name: /Why\?/ }).click();
    await expect(steps(page)).toHaveCount(2);
    const lookAt = async (kind, day, time) => {
      if (!(await why(page).getByLabel(kind).isVisible())) await why(page).getByText("Look back").click();
      await why(page).getByLabel(kind).check();
      await why(page).getByLabel("Day", { exact: true }).fill(day);
      await why(page).getByLabel("Time", { exact: true }).fill(time);
      await why(page).getByRole("button", { name: "Show it" }).click();
    };
    await lookAt("What was known then", date(-1), "12:00");
    await expect(why(page).getByRole("heading", { name: /^You are looking back: what was known on .+ at 12:00/ })).toBeFocused();
    await expect(why(page).getByText("This is not how it is now. Nothing can be logged here.")).toBeVisible();
    await expect(why(page)).toContainText("Nothing about it was there then.");
    await expect(why(page).getByRole("button", { name: /Take|Log|Undo|Done/ })).toHaveCount(0);
    const day = why(page).getByRole("region", { name: new Date(Date.now() - 86_400_000).toLocaleDateString("en-GB", { weekday: "long", timeZone: "Europe/Berlin" }) });
    await expect(day.getByRole("listitem")).toHaveCount(14);

    await lookAt("What was true then", date(), clock());
    await expect(why(page).getByRole("heading", { name: /^You are looking back: what was true on/ })).toBeFocused();
    await expect(steps(page)).toHaveCount(2);

    await why(page).getByRole("button", { name: "Back to now" }).click();
    await expect(why(page).getByText(/You are looking back/)).toBeHidden();
    await expect(why(page).getByRole("heading", { name: WHY })).toBeFocused();
    expect(await server.events(patient)).toHaveLength(logged);
  } finally {
    await server.dispose();
  }
});

test("a dose of yesterday that is logged today was true then, and not known then", async ({ openDevice }) => {
  const { server, link } = await serverWithHistory(42, []);
  try {
    const { page } = await openDevice();
    await setUp(page, link);
    const row = page.getByRole("button", { name: /Medicine 0/ }).first();
    await row.click();
    const sheet = page.getByRole("dialog");
    await sheet.getByLabel("Taken at another time").check();
    await sheet.getByText("Yesterday", { exact: true }).click();
    await sheet.getByLabel("Time", { exact: true }).fill("22:15");
    await sheet.getByRole("button", { name: "Log it as taken yesterday at 22:15" }).click();
    await rowOf(page, "Done", "Medicine 0").getByRole("button", { name: /Why\?/ }).click();
    await expect(steps(page)).toHaveCount(2);
    await why(page).getByText("Look back").click();
    await why(page).getByLabel("Day", { exact: true }).fill(date(-1));
    await why(page).getByLabel("Time", { exact: true }).fill("22:15");
    for (const [kind, entries] of [["What was known then", 1], ["What was true then", 2]]) {
      await why(page).getByLabel(kind).check();
      await why(page).getByRole("button", { name: "Show it" }).click();
      await expect(steps(page)).toHaveCount(entries);
    }
  } finally {
    await server.dispose();
  }
});

test("taken and skipped: a person keeps one, without a network too, and all devices agree", async ({ server, openDevice }) => {
  const { patient, phone, tablet } = await takenAndSkipped(server, openDevice);
  await phone.setOffline(true);
  await expect(card(phone.page, SKIPPED).getByRole("button", { name: "Both were taken" })).toHaveCount(0);
  await phone.page.getByRole("radio", { name: /^Taken 1\stablet/ }).check();
  await phone.page.getByRole("button", { name: "Keep this one" }).click();
  await expect(phone.page.getByText(SKIPPED)).toBeHidden();
  await expect(rowOf(phone.page, "Done", "Apixaban")).toContainText("Taken at");
  await expect(tablet.page.getByText(SKIPPED)).toBeVisible();
  await phone.setOffline(false);
  await expect(tablet.page.getByText(SKIPPED)).toBeHidden();
  await expect(rowOf(tablet.page, "Done", "Apixaban")).toContainText("Taken at");
  await untilLogged(server, patient, 1, "EventRetracted");
  await expectWhole(server, patient);
  const told = await whyInLog(server, patient);
  const [taken, skipped, retracted] = ["MedicineTaken", "MedicineSkipped", "EventRetracted"].map((kind) => told(kind)[0]);
  expect([taken.part, skipped.part]).toEqual(["holds", { taken_back_by: [retracted.id] }]);
  expect(retracted.caused_by).toBe(taken.id);
});

test("two times that both happened: the later one becomes a dose of its own", async ({ server, openDevice }) => {
  const { patient, phone, tablet } = await takenTwice(server, openDevice);
  await tablet.setOffline(true);
  await tablet.page.getByRole("button", { name: "Both were taken" }).click();
  await expect(tablet.page.getByText(TIMES)).toBeHidden();
  await tablet.setOffline(false);
  for (const { page } of [phone, tablet]) {
    await expect(page.getByText(TIMES)).toBeHidden();
    await expect(section(page, "Done").getByRole("listitem")).toHaveCount(2);
  }
  expect(ofType(await expectWhole(server, patient), "EventRetracted")).toHaveLength(1);
  const taken = (await whyInLog(server, patient))("MedicineTaken");
  const [kept, extra] = taken.filter(({ part }) => part === "holds");
  const [moved] = taken.filter(({ part }) => part !== "holds");
  expect([kept.caused_by, extra.caused_by]).toEqual([null, moved.id]);
  const { page } = phone;
  await section(page, "Done").getByRole("button", { name: /Why\?/ }).first().click();
  await expect(why(page)).toContainText("without a planned dose");
  await expect(steps(page).filter({ hasText: "as a dose of its own" })).toHaveCount(1);
});

test("two amounts within ten minutes: one is kept, or both were taken", async ({ server, openDevice }) => {
  const { patient, phone } = await twoDevices(server, openDevice, [medicine("Apixaban", clock())]);
  await take(phone.page, "Apixaban").click();
  const [taken] = await untilLogged(server, patient, 1, "MedicineTaken");
  // The day unit logs the same dose, half as much.
  const { treatment, dose } = taken.data;
  const data = JSON.stringify({ treatment, dose, amount: { value: "0.5", unit: "{tablet}" } });
  await server.cli("care", "record", "--patient", patient, "--type", "MedicineTaken", "--about", taken.about[0], "--event-data", data);
  await expect(phone.page.getByText(AMOUNTS)).toBeVisible();
  await expect(phone.page.getByRole("radio", { name: /0\.5/ })).toBeVisible();
  // The care team logged the other one: she can keep that, and not take it back.
  await expect(phone.page.getByText(/^All stay in the history/)).toContainText("If you took both, call");
  await phone.page.getByRole("radio", { name: /^Taken 1\stablet/ }).check();
  await expect(phone.page.getByText(/logged by somebody else/)).toBeVisible();
  await phone.page.getByRole("radio", { name: /0\.5/ }).check();
  await phone.page.getByRole("button", { name: "Keep this one" }).click();
  await expect(phone.page.getByText(AMOUNTS)).toBeHidden();
  await untilLogged(server, patient, 1, "EventRetracted");
  expect(ofType(await expectWhole(server, patient), "EventRetracted")).toHaveLength(1);
});

for (const [colorScheme, screen, viewport] of [
  ["light", "phone", { width: 390, height: 844 }],
  ["dark", "desktop", { width: 1280, height: 800 }],
]) {
  test(`axe finds nothing on why, looking back and what disagrees, ${colorScheme}, ${screen}`, async ({
    server,
    openDevice,
    axe,
    shoot,
  }) => {
    const name = (what) => `${what}-${screen}-${colorScheme}`;
    const options = { colorScheme, viewport };
    const { phone } = await takenTwice(server, openDevice, options);
    const { page, complaints } = phone;
    expect(await axe(page)).toEqual([]);
    await shoot(page, name("disagree"));
    await card(page, TIMES).getByRole("button", { name: WHY }).click();
    await expect(steps(page)).toHaveCount(3);
    expect(await axe(page)).toEqual([]);
    await shoot(page, name("why"));
    await why(page).getByText("Look back").click();
    await why(page).getByRole("button", { name: "Show it" }).click();
    await expect(why(page).getByText(/You are looking back/)).toBeVisible();
    expect(await axe(page)).toEqual([]);
    await shoot(page, name("look-back"));
    await why(page).getByRole("button", { name: "Show it" }).scrollIntoViewIfNeeded();
    await page.screenshot({ path: `test-results/screens/${name("look-back-form")}.png` });
    expect(complaints).toEqual([]);
  });
}
