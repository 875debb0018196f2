// What a person sees when her phone or the hospital is in trouble: she can go on logging, and nothing is lost.
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "../fixtures.mjs";
import { expectWhole, ofTheApp, ofType, untilLogged } from "../support/log.mjs";
import { clock, medicine, patientWith, setUp } from "../support/plan.mjs";
import { rowsLeft } from "../support/store.mjs";
import { finish, rowOf, section, shown, take } from "../support/today.mjs";

const NAMES = ["Apixaban", "Bisoprolol", "Dexamethasone"];

/** A phone that shows three doses to take. */
async function phoneWithPlan(server, openDevice) {
  const { patient, link } = await patientWith(server, { medicines: NAMES.map((name) => medicine(name, clock())) });
  const device = await openDevice();
  await setUp(device.page, link);
  await expect(take(device.page, NAMES.at(-1))).toBeVisible();
  return { patient, device, page: device.page };
}

async function takes(page, name, place) {
  await take(page, name).click();
  await expect(rowOf(page, "Done", name)).toContainText(place);
}

/** In the page: flips a bit of the sealed body of the own row with this sequence, as a failing disk does. */
async function rot(sequence) {
  const settled = (request) => new Promise((ok, no) => ((request.onsuccess = () => ok(request.result)), (request.onerror = no)));
  const database = await settled(indexedDB.open("rivulet"));
  const events = database.transaction("events", "readwrite").objectStore("events");
  const key = (await settled(events.getAllKeys())).find((key) => key[1] === sequence);
  const row = await settled(events.get(key));
  row.body[20] ^= 1;
  await settled(events.put(row, key));
  database.close();
}

test("a record that was damaged on the phone needs a look, and the rest is in the log; it can be recorded anew", async ({
  server,
  openDevice,
}) => {
  const { patient, device, page } = await phoneWithPlan(server, openDevice);
  await device.setOffline(true);
  for (const name of NAMES) await takes(page, name, "Saved on this phone");
  await page.evaluate(rot, 2);
  await device.setOffline(false);

  for (const name of ["Apixaban", "Dexamethasone"]) await expect(rowOf(page, "Done", name)).toContainText("In your record");
  const look = section(page, "Needs a look");
  await expect(look).toContainText("could not be put into your record");
  await expect(take(page, "Bisoprolol")).toBeVisible();
  const events = await expectWhole(server, patient);
  expect(ofType(events, "MedicineTaken")).toHaveLength(2);
  expect(ofType(events, "EventUnreadable")).toHaveLength(1);

  await look.getByRole("button", { name: "Record it anew" }).click();
  await expect(rowOf(page, "Done", "Bisoprolol")).toContainText("In your record");
  await expect(look).toBeHidden();
  expect(ofType(await expectWhole(server, patient), "MedicineTaken")).toHaveLength(3);
  expect(ofTheApp(device.complaints)).toEqual([]);
});

test("a phone that was removed says so: recording goes on, sending stops", async ({ server, openDevice }) => {
  const { patient, device, page } = await phoneWithPlan(server, openDevice);
  await takes(page, "Apixaban", "In your record");
  const [{ device: id }] = ofType(await server.events(patient), "MedicineTaken");
  await server.cli("device", "revoke", "--device", id);
  // Before the tap: the note moves what is below it.
  await expect(page.getByText("This phone was removed from the record")).toBeVisible();
  await takes(page, "Bisoprolol", "Saved on this phone");

  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await takes(page, "Dexamethasone", "Saved on this phone");
  await page.reload();
  for (const name of ["Bisoprolol", "Dexamethasone"]) await expect(rowOf(page, "Done", name)).toContainText("Saved on this phone");
  await expect(rowOf(page, "Done", "Apixaban")).toContainText("In your record");
  await expect(page.getByText("This phone was removed from the record")).toBeVisible();
  expect(ofType(await expectWhole(server, patient), "MedicineTaken")).toHaveLength(1);
  // After it was loaded again it asks once whether that still holds.
  expect(asked.filter((path) => path === "/v1/push").length).toBeLessThanOrEqual(1);
  expect(ofTheApp(device.complaints)).toEqual([]);
});

test("a removed phone that is set up anew takes along what it had not sent", async ({ server, openDevice }) => {
  const { patient, device, page } = await phoneWithPlan(server, openDevice);
  await takes(page, "Apixaban", "In your record");
  const [{ device: id }] = ofType(await server.events(patient), "MedicineTaken");
  await server.cli("device", "revoke", "--device", id);
  // Before the tap: the note moves what is below it.
  await expect(page.getByText("This phone was removed from the record")).toBeVisible();
  await takes(page, "Bisoprolol", "Saved on this phone");

  await page.goto((await server.invite(patient)).link);
  await page.getByRole("button", { name: "Set it up anew" }).click();
  for (const name of ["Apixaban", "Bisoprolol"]) await expect(rowOf(page, "Done", name)).toContainText("In your record");
  await takes(page, "Dexamethasone", "In your record");
  await expect(page.getByText("This phone was removed from the record")).toBeHidden();
  const taken = ofType(await expectWhole(server, patient), "MedicineTaken");
  expect(taken.map((event) => event.device === id)).toEqual([true, false, false]);
  expect(ofTheApp(device.complaints)).toEqual([]);
});

test("a record that was erased is gone from the phone, which says so, also after a reload", async ({ server, openDevice }) => {
  const { patient, device, page } = await phoneWithPlan(server, openDevice);
  await takes(page, "Apixaban", "In your record");
  await server.cli("patient", "erase", "--patient", patient);
  await expect(page.getByRole("heading", { level: 1, name: "This record was erased" })).toBeVisible();
  await expect(page.getByText("Apixaban")).toBeHidden();
  await expect.poll(() => page.evaluate(rowsLeft)).toBe(0);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(await page.locator("body").innerText()).not.toContain("Apixaban");
  expect(ofTheApp(device.complaints)).toEqual([]);
});

test("a server put back to an older copy is noticed: nothing is deleted, what was sent is in the log again, and once that is declared the phone goes on", async ({
  server,
  openDevice,
}) => {
  const { patient, device, page } = await phoneWithPlan(server, openDevice);
  await takes(page, "Apixaban", "In your record");
  const copy = await mkdtemp(join(tmpdir(), "rivulet-copy-"));
  await server.stop();
  await cp(server.dataDir, copy, { recursive: true });
  await server.start();
  await page.reload();
  await takes(page, "Bisoprolol", "In your record");

  await server.kill();
  await rm(server.dataDir, { recursive: true });
  await cp(copy, server.dataDir, { recursive: true });
  await rm(copy, { recursive: true });
  await server.start();
  expect(ofType(await server.events(patient), "MedicineTaken")).toHaveLength(1);

  await page.reload();
  await expect(page.getByText("The hospital’s record was put back to an older copy")).toBeVisible();
  for (const name of ["Apixaban", "Bisoprolol"]) await expect(rowOf(page, "Done", name)).toBeVisible();
  await untilLogged(server, patient, 2, "MedicineTaken");
  await takes(page, "Dexamethasone", /Sent|In your record/);
  await untilLogged(server, patient, 3, "MedicineTaken");
  expect(ofType(await expectWhole(server, patient), "MedicineTaken")).toHaveLength(3);
  expect(await shown(page)).toContain("put back to an older copy");

  await server.cli("log", "declare-restored", "--yes");
  await page.reload();
  await expect(page.getByText("The hospital’s record was put back to an older copy")).toBeHidden();
  for (const name of NAMES) await expect(rowOf(page, "Done", name)).toContainText("In your record");
  await server.cli("care", "assign", "--patient", patient, "--title", "Weigh yourself");
  await expect(finish(page, "Weigh yourself")).toBeVisible();
  expect(ofType(await expectWhole(server, patient), "MedicineTaken")).toHaveLength(3);
  expect(ofTheApp(device.complaints)).toEqual([]);
});
