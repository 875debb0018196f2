// What no day plans: taken when it is needed, or paused. Warnings come before an entry, and never instead of it.
import { expect, test } from "../fixtures.mjs";
import { expectWhole, ofType, untilLogged } from "../support/log.mjs";
import { clock, date, medicine, patientWith, setUp } from "../support/plan.mjs";
import { rowOf, section } from "../support/today.mjs";

const paracetamol = {
  medicine: { name: "Paracetamol", strength: { value: "500", unit: "mg" }, form: "tablet" },
  dose: { value: "2", unit: "{tablet}" },
  schedule: { start: date(-7), rule: { as_needed: { gap_minutes: 360, daily_doses: 3 } } },
};

const NEEDED = "When you need it";
const log = (page, where) => section(page, where).getByRole("button", { name: /^Log it/ });
const TOO_SOON = /^Your plan says to wait until (.+, )?\d\d:\d\d for the next dose\./;

test("what is taken when needed is warned about before it is logged again, and logged all the same", async ({ server, openDevice }) => {
  const { patient, link } = await patientWith(server, { medicines: [paracetamol] });
  const phone = await openDevice();
  const { page } = phone;
  await setUp(page, link);
  await expect(rowOf(page, NEEDED, "Paracetamol")).toContainText("Not taken yet");
  await phone.setOffline(true);
  await log(page, NEEDED).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet).toContainText("2 tablets, when you need it");
  await expect(sheet.getByRole("radio", { name: "Skip this dose" })).toHaveCount(0);
  await expect(sheet.getByText(TOO_SOON)).toHaveCount(0);
  await sheet.getByRole("button", { name: /^Log it as taken at/ }).click();
  await expect(rowOf(page, NEEDED, "Paracetamol")).toContainText(/Last taken: \d\d:\d\d\. Again from (.+, )?\d\d:\d\d/);
  await log(page, NEEDED).click();
  await expect(sheet.getByText(TOO_SOON)).toBeVisible();
  await expect(sheet.getByText(/Call the day unit/)).toBeVisible();
  await sheet.getByRole("button", { name: /^Log it as taken at/ }).click();
  await expect(section(page, "Done").getByRole("listitem")).toHaveCount(2);
  await log(page, NEEDED).click();
  await sheet.getByRole("button", { name: "Close" }).click();
  await expect(log(page, NEEDED)).toBeFocused();
  await phone.setOffline(false);
  await untilLogged(server, patient, 2, "MedicineTaken");
  expect(ofType(await expectWhole(server, patient), "MedicineTaken").map(({ data }) => data.dose)).toEqual(["as_needed", "as_needed"]);
  await section(page, "Done").getByRole("button", { name: /^Undo/ }).first().click();
  await expect(section(page, "Done").getByRole("listitem")).toHaveCount(1);
});

test("what is paused is not asked for, can be logged, and says so before", async ({ server, openDevice }) => {
  const { patient, link } = await patientWith(server, { medicines: [medicine("Apixaban", clock())] });
  const { page } = await openDevice();
  await setUp(page, link);
  const [prescribed] = await untilLogged(server, patient, 1, "TreatmentPrescribed");
  await server.cli("care", "pause", "--patient", patient, "--treatment", prescribed.data.treatment);
  await expect(rowOf(page, "Paused", "Apixaban")).toContainText("Nothing is due until the day unit resumes it");
  await log(page, "Paused").click();
  const sheet = page.getByRole("dialog");
  await expect(sheet.getByText(/^This medicine is paused\./)).toBeVisible();
  await sheet.getByRole("button", { name: /^Log it as taken at/ }).click();
  await expect(section(page, "Done").getByRole("listitem")).toHaveCount(1);
  await server.cli("care", "resume", "--patient", patient, "--treatment", prescribed.data.treatment);
  await expect(section(page, "Paused")).toBeHidden();
});

test("what was due when it was paused is asked about before one tap logs it", async ({ server, openDevice }) => {
  const medicines = [medicine("Apixaban", clock()), medicine("Bisoprolol", clock())];
  const { patient, link } = await patientWith(server, { medicines });
  const { page } = await openDevice();
  await setUp(page, link);
  const all = await untilLogged(server, patient, 2, "TreatmentPrescribed");
  const { treatment } = all.find(({ data }) => data.medicine.name === "Apixaban").data;
  await server.cli("care", "pause", "--patient", patient, "--treatment", treatment);
  await expect(section(page, "Paused")).toBeVisible();
  await page.getByRole("button", { name: "Take all 2" }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet.getByRole("heading", { name: /^Apixaban/ })).toBeVisible();
  await expect(sheet.getByText(/^This medicine is paused\./)).toBeVisible();
  await expect(section(page, "Done").getByText(/^Bisoprolol/)).toHaveCount(1);
  await sheet.getByRole("button", { name: /^Log it as taken at/ }).click();
  await expect(section(page, "Done").getByRole("listitem")).toHaveCount(2);
});

test("a dose that is planned for later says so before it is logged, and no more when another time is chosen", async ({ server, openDevice }) => {
  const at = clock(180);
  test.skip(at < "03:00", "the day ends before");
  const { link } = await patientWith(server, { medicines: [medicine("Apixaban", at)] });
  const { page } = await openDevice();
  await setUp(page, link);
  await section(page, "Later today").getByRole("button", { name: /Apixaban/ }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet.getByText(`This dose is planned for ${at}.`)).toBeVisible();
  await sheet.getByRole("radio", { name: "Skip this dose" }).check();
  await expect(sheet.getByText(`This dose is planned for ${at}.`)).toBeHidden();
});

for (const [colorScheme, width] of [["light", 390], ["dark", 320]]) {
  test(`axe finds nothing where something is needed or paused, ${colorScheme}, ${width} px`, async ({ server, openDevice, axe, shoot }) => {
    const { patient, link } = await patientWith(server, { medicines: [paracetamol, medicine("Apixaban", clock())] });
    const { page } = await openDevice({ colorScheme, viewport: { width, height: 844 } });
    await setUp(page, link);
    const all = await untilLogged(server, patient, 2, "TreatmentPrescribed");
    const { treatment } = all.find(({ data }) => data.medicine.name === "Apixaban").data;
    await server.cli("care", "pause", "--patient", patient, "--treatment", treatment);
    await expect(section(page, "Paused")).toBeVisible();
    await log(page, NEEDED).click();
    await page.getByRole("button", { name: /^Log it as taken at/ }).click();
    await expect(rowOf(page, NEEDED, "Paracetamol")).toContainText("Again from");
    expect(await axe(page)).toEqual([]);
    await shoot(page, `needed-${width}-${colorScheme}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await log(page, NEEDED).click();
    await expect(page.getByText(TOO_SOON)).toBeVisible();
    expect(await axe(page)).toEqual([]);
    await shoot(page, `too-soon-${width}-${colorScheme}`);
  });
}
