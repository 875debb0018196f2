// What a phone reminds of: what is due is seen on whichever page it is opened, and a file rings in another calendar.
import { readFile } from "node:fs/promises";

import { expect, test } from "../fixtures.mjs";
import { ofTheApp } from "../support/log.mjs";
import { clock, date, medicine, patientWith, setUp, ZONE } from "../support/plan.mjs";
import { take } from "../support/today.mjs";

const note = (page) => page.getByRole("status").filter({ has: page.getByRole("heading", { name: "Due now" }) });
const to = (page, name) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true }).click();

for (const colorScheme of ["light", "dark"]) {
  test(`what is due is listed on the page that was left open, until it is put aside, ${colorScheme}`, async ({ server, openDevice, axe, shoot }) => {
    const { patient, link } = await patientWith(server, { medicines: [medicine("Apixaban", clock()), medicine("Bisoprolol", clock())] });
    const phone = await openDevice({ colorScheme });
    const { page } = phone;
    await setUp(page, link);
    await expect(take(page, "Apixaban")).toBeVisible();
    await expect(note(page)).toHaveCount(0);
    await to(page, "Medicines");
    await expect(note(page)).toContainText("2 medicines");
    expect(await axe(page)).toEqual([]);
    await shoot(page, `due-now-${colorScheme}`);
    await note(page).getByRole("link", { name: "Show" }).click();
    await take(page, "Apixaban").click();
    await to(page, "Medicines");
    await expect(note(page)).toContainText("1 medicine");
    await note(page).getByRole("button", { name: "Not now" }).click();
    await expect(note(page)).toBeHidden();
    await to(page, "Calendar");
    await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
    await expect(note(page)).toBeHidden();
    const soon = new Date(Date.now() + 3_600_000).toLocaleTimeString("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" });
    const on = new Date(Date.now() + 3_600_000).toLocaleDateString("en-CA", { timeZone: ZONE });
    await server.cli("care", "appoint", "--patient", patient, "--title", "Blood test", "--at", `${on}T${soon}`, "--zone", ZONE);
    await expect(note(page)).toContainText(`Blood test: ${soon}`);
    await page.reload();
    await expect(note(page)).toContainText("1 medicine");
    expect(ofTheApp(phone.complaints)).toEqual([]);
  });
}

test("each kind of reminder can be turned off on this phone, in the note and in the calendar's file", async ({ server, openDevice, axe }) => {
  const { patient, link } = await patientWith(server, { medicines: [medicine("Apixaban", clock())] });
  await server.cli("care", "appoint", "--patient", patient, "--title", "Blood test", "--at", `${date(2)}T10:30`, "--zone", ZONE);
  const { page } = await openDevice();
  await setUp(page, link);
  await expect(take(page, "Apixaban")).toBeVisible();
  await page.goto(`${server.origin}/settings`);
  await expect(note(page)).toContainText("1 medicine");
  const file = async () => {
    const button = page.getByRole("region", { name: "Reminders" }).getByRole("button", { name: "Make a calendar file" });
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    const text = await readFile(await download.path(), "utf8");
    return { doses: (text.match(/SUMMARY:1 medicine\r\n/g) ?? []).length, visits: (text.match(/UID:visit-/g) ?? []).length };
  };
  const both = await file();
  expect(both.doses).toBeGreaterThanOrEqual(27);
  expect(both.visits).toBe(1);
  await page.getByRole("switch", { name: /^Medicines/ }).uncheck();
  await expect(note(page)).toBeHidden();
  expect(await file()).toEqual({ doses: 0, visits: 1 });
  await page.reload();
  await expect(page.getByRole("switch", { name: /^Medicines/ })).not.toBeChecked();
  await expect(note(page)).toBeHidden();
  await page.getByRole("switch", { name: /^Appointments/ }).uncheck();
  expect(await file()).toEqual({ doses: 0, visits: 0 });
  expect(await axe(page)).toEqual([]);
  await page.getByRole("switch", { name: /^Medicines/ }).check();
  await expect(note(page)).toBeVisible();
});
