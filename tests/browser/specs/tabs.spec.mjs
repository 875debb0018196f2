// Two tabs of one browser, and what happens to the phone while both are open.
import { expect, test } from "../fixtures.mjs";
import { expectWhole, ofTheApp, ofType } from "../support/log.mjs";
import { clock, medicine, patientWith, setUp } from "../support/plan.mjs";
import { fillable, rowsLeft } from "../support/store.mjs";
import { rowOf, section, take } from "../support/today.mjs";

const NAMES = ["Apixaban", "Bisoprolol", "Dexamethasone", "Metformin"];

/** A phone with one tab that shows four doses to take. `prepare` is given the tab before it is opened. */
async function phoneWithPlan(server, openDevice, prepare = async () => {}) {
  const { patient, link } = await patientWith(server, { medicines: NAMES.map((name) => medicine(name, clock())) });
  const device = await openDevice();
  await prepare(device.page);
  await setUp(device.page, link);
  await expect(take(device.page, NAMES.at(-1))).toBeVisible();
  return { patient, device, page: device.page };
}

async function takes(page, name, place) {
  await take(page, name).click();
  await expect(rowOf(page, "Done", name)).toContainText(place);
}

/** In a page: which tabs have the lock that says who syncs, and which wait for it. */
async function lock() {
  const { held, pending } = await navigator.locks.query();
  const of = (locks) => locks.filter(({ name }) => name === "rivulet").map(({ clientId }) => clientId);
  return { held: of(held), pending: of(pending) };
}

test("a record that is erased while two tabs are open is gone from both, and nothing is left in the browser", async ({
  server,
  openDevice,
}) => {
  const { patient, device, page: leader } = await phoneWithPlan(server, openDevice);
  await takes(leader, "Apixaban", "In your record");
  const follower = await device.context.newPage();
  await follower.goto(server.origin);
  await expect(rowOf(follower, "Done", "Apixaban")).toContainText("In your record");
  await expect.poll(async () => (await follower.evaluate(lock)).pending).toHaveLength(1);

  await server.cli("patient", "erase", "--patient", patient);
  for (const page of [leader, follower]) {
    await expect(page.getByRole("heading", { level: 1, name: "This record was erased" })).toBeVisible();
    await expect(page.getByText("Apixaban")).toBeHidden();
  }
  expect(await follower.evaluate(rowsLeft)).toBe(0);
  await leader.close();
  await expect.poll(async () => (await follower.evaluate(lock)).held, "it follows nobody now").toHaveLength(1);
  expect(await follower.evaluate(rowsLeft)).toBe(0);
  await follower.reload();
  await expect(follower.getByLabel("Link or code")).toBeVisible();
  expect(await follower.locator("body").innerText()).not.toContain("Apixaban");
  expect(ofTheApp(device.complaints)).toEqual([]);
});

test("a removed phone that is set up anew in one tab goes on in the other, with what that one held and had not sent", async ({
  server,
  openDevice,
}) => {
  const { patient, device, page: old } = await phoneWithPlan(server, openDevice, fillable);
  await takes(old, "Apixaban", "In your record");
  const [{ device: removed }] = ofType(await server.events(patient), "MedicineTaken");
  await server.cli("device", "revoke", "--device", removed);
  // Before the tap: the note moves what is below it.
  await expect(old.getByText("This phone was removed from the record")).toBeVisible();
  await takes(old, "Bisoprolol", "Saved on this phone");
  await old.evaluate(() => (window.diskIsFull = true));
  await take(old, "Dexamethasone").click();
  await expect(section(old, "Not saved yet")).toContainText("Dexamethasone");
  await expect.poll(() => old.evaluate(lock)).toEqual({ held: [expect.any(String)], pending: [] });

  const tab = await device.context.newPage();
  await tab.goto((await server.invite(patient)).link);
  await tab.getByRole("button", { name: "Set it up anew" }).click();
  await expect(old.getByText("This phone was removed from the record")).toBeHidden();
  // Either may lead: the old tab may try again to save what it holds, and so see that it has moved, before the new one
  // has opened.
  const one = [expect.any(String)];
  await expect.poll(() => tab.evaluate(lock)).toEqual({ held: one, pending: one });
  await expect(rowOf(tab, "Done", "Bisoprolol")).toBeVisible();
  await expect(section(old, "Not saved yet"), "still held, by the new device").toContainText("Dexamethasone");
  await old.evaluate(() => (window.diskIsFull = false));
  await takes(old, "Metformin", "In your record");
  for (const page of [old, tab]) {
    for (const name of NAMES) await expect(rowOf(page, "Done", name)).toContainText("In your record");
    await expect(section(page, "Not saved yet")).toBeHidden();
  }
  const taken = ofType(await expectWhole(server, patient), "MedicineTaken");
  const [{ device: anew }] = taken.slice(-1);
  expect(anew).not.toBe(removed);
  expect(taken.map((event) => event.device)).toEqual([removed, anew, anew, anew]);
  expect(new Set(taken.flatMap(({ about }) => about)).size).toBe(NAMES.length);
  expect(ofTheApp(device.complaints)).toEqual([]);
});
