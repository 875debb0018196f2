// Appointments: on Today and in the calendar, with what to bring; moved, called off, and saved for her own calendar.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "../fixtures.mjs";
import { serverWithHistory } from "../support/history.mjs";
import { ofType, untilLogged } from "../support/log.mjs";
import { clock, date, medicine, patientWith, setUp, ZONE } from "../support/plan.mjs";
import { section, take } from "../support/today.mjs";

const to = (page, name) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true }).click();
const appoint = (server, patient, title, at, ...more) =>
  server.cli("care", "appoint", "--patient", patient, "--title", title, "--at", at, "--zone", ZONE, ...more);

test("an appointment is on Today and in the calendar, says what to bring, is saved as a file with alarms, moved and called off", async ({ server, openDevice, axe, shoot }) => {
  const { patient, link } = await patientWith(server, { medicines: [medicine("Apixaban", clock())] });
  const { about } = await appoint(server, patient, "Blood test", `${date(1)}T10:30`, "--minutes", "45", "--place", "Day unit, second floor", "--with", "Dr Okafor", "--bring", "Your list of medicines");
  const id = about.split("/")[1];
  const phone = await openDevice();
  const { page } = phone;
  await setUp(page, link);
  const row = section(page, "Appointments").getByRole("listitem").filter({ hasText: "Blood test" });
  await expect(row).toContainText("10:30");
  await phone.readyForOffline();
  await phone.setOffline(true);
  await row.getByRole("button").click();
  const sheet = page.getByRole("dialog", { name: "Blood test" });
  await expect(sheet).toContainText("Your list of medicines");
  await expect(sheet).toContainText("Dr Okafor");
  await expect(sheet).toContainText("45 minutes");
  expect(await axe(page)).toEqual([]);
  await shoot(page, "appointment");
  const download = page.waitForEvent("download");
  await sheet.getByRole("button", { name: "Add to my calendar" }).click();
  const file = await readFile(await (await download).path(), "utf8");
  expect(file).toContain("SUMMARY:Blood test");
  expect(file).toContain("TRIGGER:-PT120M");
  expect(file).toMatch(/DTSTART:\d{8}T\d{6}Z/);
  await sheet.getByRole("button", { name: "Why does it say this?" }).click();
  await expect(page.getByRole("dialog", { name: "Why does it say this?" })).toContainText("Appointment: Blood test");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await phone.setOffline(false);
  await server.cli("care", "move", "--patient", patient, "--appointment", id, "--at", `${date(0)}T23:30`, "--reason", "The lab is closed");
  await expect(row).toContainText("23:30");
  await row.getByRole("button").click();
  await expect(sheet).toContainText(/It was .*10:30 before/);
  await page.keyboard.press("Escape");
  await server.cli("care", "call-off", "--patient", patient, "--appointment", id, "--reason", "No need");
  await expect(row).toContainText("Called off: No need");
  expect(phone.complaints.filter((text) => !text.startsWith("Failed to load resource"))).toEqual([]);
});

test("the month marks its days, the day has it in its place, and another zone is named", async ({ server, openDevice, axe }) => {
  const { patient, link } = await patientWith(server, { medicines: [medicine("Apixaban", clock())] });
  await appoint(server, patient, "Planning scan", `${date(0)}T23:45`);
  await server.cli("care", "appoint", "--patient", patient, "--title", "Call with New York", "--at", `${date(0)}T12:00`, "--zone", "America/New_York");
  const { page } = await openDevice({ viewport: { width: 1280, height: 800 } });
  await setUp(page, link);
  await expect(take(page, "Apixaban")).toBeVisible();
  await to(page, "Calendar");
  const today = page.locator('td a[aria-current="date"]');
  await expect(today).toHaveAccessibleName(/Call with New York, Planning scan$/);
  await expect(today.locator(".mark.visit")).toHaveCount(1);
  expect(await axe(page)).toEqual([]);
  await today.click();
  await expect(page.getByRole("listitem").filter({ hasText: "Planning scan" })).toContainText("23:45");
  await page.getByRole("listitem").filter({ hasText: "Call with New York" }).getByRole("button").click();
  await expect(page.getByRole("dialog", { name: "Call with New York" })).toContainText("12:00 (America/New_York)");
});

test("a dose of days ago is logged late from the calendar", async ({ openDevice }) => {
  const { server, patient, link } = await serverWithHistory(140, [medicine("Apixaban", clock())]);
  try {
    // Of one dose of then nothing is logged any more.
    const taken = ofType(await server.events(patient), "MedicineTaken").find(({ data }) => data.dose.planned?.date === date(-3));
    const file = join(server.dataDir, "command.json");
    await writeFile(file, JSON.stringify({ retract: { target: taken.id } }));
    await server.cli("care", "command", "--patient", patient, file);
    const { page } = await openDevice();
    await setUp(page, link);
    await page.goto(`${server.origin}/calendar/day/${date(-3)}`);
    const row = page.getByRole("listitem").filter({ hasText: "Not logged yet" });
    await expect(row).toHaveCount(1);
    await row.getByRole("button").click();
    const sheet = page.getByRole("dialog");
    await sheet.getByLabel("Time", { exact: true }).fill("13:20");
    await sheet.getByRole("button", { name: /^Log it as taken .* at 13:20/ }).click();
    await expect(row).toHaveCount(0);
    const [late] = (await untilLogged(server, patient, 141, "MedicineTaken")).slice(-1);
    expect(late.data.dose).toEqual(taken.data.dose);
    expect(JSON.stringify(late)).toContain(`${date(-3)}T13:20`);
  } finally {
    await server.dispose();
  }
});
