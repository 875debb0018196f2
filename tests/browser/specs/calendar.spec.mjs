// The calendar: any month, week or day by its address, and how much of it is logged.
import { expect, test } from "../fixtures.mjs";
import { serverWithHistory } from "../support/history.mjs";
import { untilLogged } from "../support/log.mjs";
import { clock, date, medicine, patientWith, setUp } from "../support/plan.mjs";
import { take } from "../support/today.mjs";

const to = (page, name) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true }).click();
const look = (page, name) => page.getByRole("navigation", { name: "View" }).getByRole("link", { name, exact: true });
const heading = (page) => page.getByRole("heading", { level: 1 });
const named = (iso, options) => new Date(`${iso}T12:00:00Z`).toLocaleDateString("en-GB", { timeZone: "UTC", ...options });
const dayName = (iso) => named(iso, { weekday: "long", day: "numeric", month: "long" }).replace(",", "").replace(/ (?=\S+$)/, "\u00a0");
const cell = (page, iso) => page.getByRole("link", { name: new RegExp(`^${dayName(iso).replaceAll(/\s/g, "\\s")}, `) });

/** Two medicines since a week, one of them logged. */
async function withWeek(server, openDevice, options) {
  const medicines = [medicine("Apixaban", clock()), medicine("Bisoprolol", clock())];
  const { patient, link } = await patientWith(server, { medicines, tasks: ["Weigh yourself"] });
  const phone = await openDevice(options);
  await setUp(phone.page, link);
  await expect(take(phone.page, "Apixaban")).toBeVisible();
  return { patient, phone, page: phone.page };
}

test("months, weeks and days have addresses; what is logged shows, and the focus stays on what led on", async ({ server, openDevice }) => {
  const { patient, page, phone } = await withWeek(server, openDevice);
  await take(page, "Apixaban").click();
  await untilLogged(server, patient, 1, "MedicineTaken");
  await phone.setOffline(true);
  await to(page, "Calendar");
  const today = date();
  await expect(heading(page)).toHaveText(named(today, { month: "long", year: "numeric" }));
  await expect(heading(page)).toBeFocused();
  await expect(cell(page, today)).toHaveAccessibleName(/1 of 2 doses logged so far$/);
  await expect(cell(page, today)).toHaveAttribute("aria-current", "date");
  const [year, month] = today.split("-").map(Number);
  const next = new Date(Date.UTC(year, month, 15)).toISOString().slice(0, 10);
  await page.getByRole("link", { name: named(next, { month: "long" }), exact: true }).click();
  await expect(heading(page)).toHaveText(named(next, { month: "long", year: "numeric" }));
  await expect(cell(page, next)).toHaveAccessibleName(/2 doses planned$/);
  expect(await page.evaluate(() => document.activeElement.className)).toBe("btn round");
  await page.goBack();
  await expect(heading(page)).toHaveText(named(today, { month: "long", year: "numeric" }));
  await cell(page, today).click();
  await expect(heading(page)).toHaveText(dayName(today));
  await expect(page.getByRole("listitem").filter({ hasText: "Apixaban" })).toContainText("Taken 1\u00a0tablet");
  await expect(page.getByRole("listitem").filter({ hasText: "Bisoprolol" })).toContainText("Due now");
  await expect(page.getByRole("listitem").filter({ hasText: "Weigh yourself" })).toBeVisible();
  await page.getByRole("listitem").filter({ hasText: "Bisoprolol" }).getByRole("button").click();
  await page.getByRole("dialog").getByRole("button", { name: /^Log it as taken at/ }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Bisoprolol" })).toContainText("Taken 1\u00a0tablet");
  await look(page, "Week").click();
  await expect(page.getByRole("listitem").filter({ hasText: "2 of 2 doses logged so far" })).toHaveCount(1);
  await page.reload();
  await expect(page.getByRole("listitem").filter({ hasText: "2 of 2 doses logged so far" })).toHaveCount(1);
  await expect(look(page, "Week")).toHaveAttribute("aria-current", "page");
});

test("a day of the past shows what was logged, and of each dose why; before the plan there was nothing", async ({ openDevice }) => {
  const { server, link } = await serverWithHistory(140, [medicine("Apixaban", clock())]);
  try {
    const { page } = await openDevice();
    await setUp(page, link);
    await to(page, "Calendar");
    const ago = (days) => page.goto(`${server.origin}/calendar/week/${date(-days)}`);
    await ago(5);
    const past = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: dayName(date(-5)) }) });
    await expect(past).toContainText("14 of 14 doses logged");
    await expect(past.locator("svg path").first()).toHaveAttribute("d", /^M0 1C/);
    await past.getByRole("link").click();
    await expect(heading(page)).toHaveText(dayName(date(-5)));
    await expect(page.getByRole("region", { name: "Morning" }).getByRole("listitem")).toHaveCount(7);
    await page.getByRole("region", { name: "Morning" }).getByRole("button").first().click();
    await expect(page.getByRole("dialog", { name: "Why does it say this?" })).toContainText("Taken 1\u00a0tablet");
    await page.goBack();
    await ago(40);
    await expect(page.getByText("nothing planned")).toHaveCount(7);
  } finally {
    await server.dispose();
  }
});

for (const [colorScheme, width] of [["light", 1280], ["dark", 320]]) {
  test(`axe finds nothing on the calendar, and nothing is wider than the screen, ${colorScheme}, ${width} px`, async ({ server, openDevice, axe, shoot }) => {
    const { page } = await withWeek(server, openDevice, { colorScheme, viewport: { width, height: 844 } });
    for (const [name, path] of [["month", ""], ["week", `/week/${date()}`], ["day", `/day/${date()}`]]) {
      await page.goto(`${new URL(page.url()).origin}/calendar${path}`);
      await expect(look(page, name[0].toUpperCase() + name.slice(1))).toHaveAttribute("aria-current", "page");
      await expect(page.getByText(/doses? (planned|logged)|Bisoprolol/).first()).toBeAttached();
      await shoot(page, `calendar-${name}-${width}-${colorScheme}`);
      expect(await axe(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    }
  });
}
