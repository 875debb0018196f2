// Two devices of a patient that say different things of one dose.
import { expect } from "../fixtures.mjs";
import { clock, medicine, patientWith, setUp } from "./plan.mjs";
import { rowOf, take } from "./today.mjs";

export const SKIPPED = "It is logged as taken and as skipped. Which is right?";

/** A phone and a tablet of the patient, with the plan on them. */
export async function twoDevices(server, openDevice, medicines, options) {
  const { patient, link } = await patientWith(server, { medicines });
  const [phone, tablet] = [await openDevice(options), await openDevice(options)];
  await setUp(phone.page, link);
  await setUp(tablet.page, (await server.invite(patient)).link);
  for (const { page } of [phone, tablet]) await expect(take(page, medicines[0].medicine.name)).toBeVisible();
  return { patient, phone, tablet };
}

/** Logs a dose by its sheet as left out. */
export async function skip(page, name) {
  await page.getByRole("button", { name: new RegExp(`^${name}`) }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("Skip this dose").check();
  await sheet.getByRole("button", { name: "Log it as skipped" }).click();
}

/** One takes it and the other, without a network, leaves it out; then both know. */
export async function takenAndSkipped(server, openDevice, { others = [], ...options } = {}) {
  const found = await twoDevices(server, openDevice, [medicine("Apixaban", clock()), ...others], options);
  const { phone, tablet } = found;
  await tablet.setOffline(true);
  await skip(tablet.page, "Apixaban");
  await take(phone.page, "Apixaban").click();
  await expect(rowOf(phone.page, "Done", "Apixaban")).toContainText("In your record");
  await tablet.setOffline(false);
  for (const { page } of [phone, tablet]) await expect(page.getByText(SKIPPED)).toBeVisible();
  return found;
}
