// Medicines: each with its next dose and its plan in words; one of them with its last weeks and what was changed.
import { expect, test } from "../fixtures.mjs";
import { serverWithHistory } from "../support/history.mjs";
import { untilLogged } from "../support/log.mjs";
import { clock, date, medicine, patientWith, setUp } from "../support/plan.mjs";
import { section, take } from "../support/today.mjs";

const to = (page, name) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true }).click();
const rowOf = (page, list, name) => section(page, list).getByRole("listitem").filter({ hasText: name });
const tablet = { value: "1", unit: "{tablet}" };
const plan = (name, start, rule) => ({ medicine: { name, form: "tablet" }, dose: tablet, schedule: { start, rule } });
const at = (...times) => Object.fromEntries(times.map((time) => [`at${time.replace(":", "")}`, { at: { clock: time } }]));

const PLANS = [
  medicine("Apixaban", clock()),
  plan("Bisoprolol", date(-7), { times: { slots: { a: { at: "08:00" }, b: { at: "20:00", dose: { value: "2", unit: "{tablet}" } } } } }),
  plan("Methotrexate", date(-7), { times: { slots: { a: { at: "09:00" } }, weekdays: ["mon", "thu"] } }),
  plan("Capecitabine", date(-2), { dates: { on: { cycle: { every: 21, days: [1, 2, 3] } }, slots: at("08:00") } }),
  plan("Amoxicillin", date(-1), { hours: { hours: 8, from: `${date(-1)}T06:00:00+01:00` } }),
  plan("Prednisolone", date(-1), {
    dates: {
      on: { steps: [
        { from: date(-1), to: date(1), doses: { at0800: { value: "4", unit: "{tablet}" } } },
        { from: date(2), to: date(5), doses: { at0800: { value: "2", unit: "{tablet}" } } },
      ] },
      slots: at("08:00"),
    },
  }),
  plan("Paracetamol", date(-7), { as_needed: { gap_minutes: 360, daily_doses: 3 } }),
];

test("plans of every kind are said in words, each with its next dose, and the steps of a taper one by one", async ({ server, openDevice }) => {
  const { patient, link } = await patientWith(server, { medicines: PLANS });
  const { page } = await openDevice();
  await setUp(page, link);
  await to(page, "Medicines");
  await expect(page.getByRole("heading", { level: 1, name: "Medicines" })).toBeFocused();
  await expect(rowOf(page, "Every day", "Apixaban")).toContainText(/1\u00a0tablet at \d\d:\d\d/);
  await expect(rowOf(page, "Every day", "Apixaban")).toContainText("Due now");
  await expect(rowOf(page, "Every day", "Bisoprolol")).toContainText("1\u00a0tablet at 08:00 and 2\u00a0tablets at 20:00");
  await expect(rowOf(page, "Every day", "Amoxicillin")).toContainText("1\u00a0tablet every 8 hours");
  await expect(rowOf(page, "On some days", "Methotrexate")).toContainText("1\u00a0tablet at 09:00, on Monday and Thursday");
  await expect(rowOf(page, "On some days", "Methotrexate")).toContainText(/Next: .*09:00/);
  await expect(rowOf(page, "On some days", "Capecitabine")).toContainText("on day 1, 2 and 3 of each 21 days");
  await expect(rowOf(page, "When you need it", "Paracetamol")).toContainText("1\u00a0tablet, at most 3 a day, 6 hours apart");
  await rowOf(page, "On some days", "Prednisolone").getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1, name: "Prednisolone" })).toBeVisible();
  await expect(section(page, "The steps").getByRole("listitem")).toHaveText([/4\u00a0tablets at 08:00 Now/, /2\u00a0tablets at 08:00/]);
  await page.getByRole("link", { name: "Back to Medicines" }).click();
  const all = await untilLogged(server, patient, PLANS.length, "TreatmentPrescribed");
  const { treatment } = all.find(({ data }) => data.medicine.name === "Bisoprolol").data;
  await server.cli("care", "stop", "--patient", patient, "--treatment", treatment, "--reason", "Not needed any more");
  await expect(rowOf(page, "Earlier medicines", "Bisoprolol")).toContainText("Stopped");
  await rowOf(page, "Earlier medicines", "Bisoprolol").getByRole("link").click();
  await expect(section(page, "Changes").getByRole("listitem").first()).toContainText("Not needed any more");
  await page.getByRole("button", { name: "Why?" }).click();
  await expect(page.getByRole("dialog", { name: "Why does it say this?" })).toContainText("Because of 2 entries");
});

test("the last weeks of a medicine are a stream and the same in numbers", async ({ openDevice, axe, shoot }) => {
  const { server, link } = await serverWithHistory(28 * 14, [medicine("Apixaban", clock())]);
  try {
    const { page } = await openDevice({ viewport: { width: 390, height: 844 } });
    await setUp(page, link);
    await to(page, "Medicines");
    await section(page, "Every day").getByRole("link").last().click();
    const weeks = section(page, "The last six weeks");
    await expect(weeks.getByRole("row", { name: /14 of 14/ }).first()).toBeVisible();
    await expect(weeks.getByText("Full days")).toBeVisible();
    await weeks.getByText("Day by day, as a table").click();
    await expect(weeks.getByRole("region", { name: "Doses logged each day" }).getByRole("row", { name: /2 2 2 2 2 2 2/ }).first()).toBeVisible();
    expect(await axe(page)).toEqual([]);
    await shoot(page, "medicine-weeks");
  } finally {
    await server.dispose();
  }
});

for (const [colorScheme, width] of [["light", 390], ["dark", 1280]]) {
  test(`axe finds nothing on Medicines, and nothing is wider than the screen, ${colorScheme}, ${width} px`, async ({ server, openDevice, axe, shoot }) => {
    const { link } = await patientWith(server, { medicines: PLANS });
    const { page } = await openDevice({ colorScheme, viewport: { width, height: 844 } });
    await setUp(page, link);
    await expect(take(page, "Apixaban")).toBeVisible();
    await to(page, "Medicines");
    await expect(rowOf(page, "Every day", "Apixaban")).toBeVisible();
    await shoot(page, `medicines-${width}-${colorScheme}`);
    expect(await axe(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await rowOf(page, "On some days", "Prednisolone").getByRole("link").click();
    await expect(section(page, "The steps")).toBeVisible();
    await shoot(page, `medicine-${width}-${colorScheme}`);
    expect(await axe(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });
}
