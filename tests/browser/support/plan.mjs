// A patient with something to take and something to do, written by the server's own commands.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The zone of the patient, and of the browsers in the tests. */
export const ZONE = "Europe/Berlin";

const inZone = (date, options) => new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, hourCycle: "h23", ...options }).format(date);

/** "08:05" on the patient's clock, some minutes from now. */
export function clock(minutesFromNow = 0) {
  return inZone(new Date(Date.now() + minutesFromNow * 60_000), { hour: "2-digit", minute: "2-digit" });
}

/** "2026-11-21" on the patient's calendar. */
export function date(daysFromNow = 0) {
  return inZone(new Date(Date.now() + daysFromNow * 86_400_000), { year: "numeric", month: "2-digit", day: "2-digit" });
}

/** A medicine of one tablet a day at a time of the clock. */
export function medicine(name, at, strength = { value: "2", unit: "mg" }) {
  return {
    medicine: { name, strength, form: "tablet" },
    dose: { value: "1", unit: "{tablet}" },
    instructions: "with food",
    schedule: { start: date(-7), rule: { times: { slots: { slot: { at } } } } },
  };
}

/**
 * A patient with these medicines and tasks, and an invitation for one device.
 * @param {import("./server.mjs").RivuletServer} server
 */
export async function patientWith(server, { medicines = [], tasks = [] } = {}) {
  const { patient } = await server.createPatient("--name", "Marta", "--zone", ZONE, "--test");
  if (medicines.length > 0) {
    const file = join(server.dataDir, "plan.json");
    await writeFile(file, JSON.stringify(medicines));
    await server.cli("care", "prescribe", "--patient", patient, "--file", file);
  }
  for (const title of tasks) await server.cli("care", "assign", "--patient", patient, "--title", title);
  return { patient, ...(await server.invite(patient)) };
}

/** The heading of Today: the day of the week in a zone. */
export function today(page, zone = ZONE) {
  const name = new Date().toLocaleDateString("en-GB", { weekday: "long", timeZone: zone });
  return page.getByRole("heading", { level: 1, name });
}

/** Opens the invitation and sets the phone up; then Today is shown. */
export async function setUp(page, link, zone = ZONE) {
  await page.goto(link);
  await page.getByRole("button", { name: "Set up this phone" }).click();
  await today(page, zone).waitFor();
}
