// A later build of the app is there: it is offered and never forced, and nothing that waits to be sent is lost by it.
import { rm } from "node:fs/promises";

import { expect, test as base } from "../fixtures.mjs";
import { buildOf, LATER, laterBuild } from "../support/builds.mjs";
import { expectWhole, ofTheApp, ofType } from "../support/log.mjs";
import { clock, medicine, patientWith, setUp } from "../support/plan.mjs";
import { rowOf, take } from "../support/today.mjs";

const test = base.extend({
  later: async ({}, use) => {
    const later = await laterBuild();
    await use(later);
    await rm(later, { recursive: true });
  },
});

test("a later build waits for leave: Later puts it off, Use it starts it, and what was not sent comes along", async ({
  server,
  openDevice,
  later,
  shoot,
  axe,
}) => {
  const names = ["Apixaban", "Bisoprolol"];
  const { patient, link } = await patientWith(server, { medicines: names.map((name) => medicine(name, clock())) });
  const device = await openDevice();
  const { page } = device;
  await setUp(page, link);
  await expect(take(page, "Bisoprolol")).toBeVisible();
  await device.readyForOffline();
  const first = await buildOf(page);
  await page.route("**/v1/push", (route) => route.abort("connectionreset"));
  await take(page, "Apixaban").click();
  await expect(rowOf(page, "Done", "Apixaban")).toContainText("Saved on this phone");

  await server.stop();
  server.assets = later;
  await server.start();
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  const offer = page.getByRole("status").filter({ hasText: "A new version is ready" });
  await expect(offer).toBeVisible();
  expect(await axe(page)).toEqual([]);
  await shoot(page, "update-phone-light");
  await offer.getByRole("button", { name: "Later" }).click();
  await expect(page.getByText("A new version is ready")).toBeHidden();
  await take(page, "Bisoprolol").click();
  await expect(rowOf(page, "Done", "Bisoprolol")).toContainText("Saved on this phone");
  expect(await buildOf(page)).toBe(first);

  await page.reload();
  expect(await buildOf(page), "nobody has said yes").toBe(first);
  let loads = 0;
  page.on("load", () => (loads += 1));
  await offer.getByRole("button", { name: "Use it" }).click();
  await expect.poll(() => buildOf(page)).toBe(LATER);
  for (const name of names) await expect(rowOf(page, "Done", name)).toContainText("Saved on this phone");
  await expect(page.getByText("A new version is ready")).toBeHidden();
  expect(loads).toBe(1);
  expect(ofType(await server.events(patient), "MedicineTaken")).toHaveLength(0);

  await page.unroute("**/v1/push");
  await page.reload();
  for (const name of names) await expect(rowOf(page, "Done", name)).toContainText("In your record");
  expect(ofType(await expectWhole(server, patient), "MedicineTaken")).toHaveLength(2);
  expect(ofTheApp(device.complaints)).toEqual([]);
});

test("an old tab goes on beside the new version, on every page, and nothing that it logs is lost", async ({ server, openDevice, later }) => {
  const names = ["Apixaban", "Bisoprolol"];
  const { patient, link } = await patientWith(server, { medicines: names.map((name) => medicine(name, clock())) });
  const device = await openDevice();
  const { page: old } = device;
  await setUp(old, link);
  await expect(take(old, "Apixaban")).toBeVisible();
  await device.readyForOffline();
  const first = await buildOf(old);
  await server.stop();
  server.assets = later;
  await server.start();
  const young = await device.context.newPage();
  await young.goto(`${server.origin}/medicines`);
  await young.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await young.getByRole("button", { name: "Use it" }).click();
  await expect.poll(() => buildOf(young)).toBe(LATER);
  await expect(young.getByRole("heading", { level: 1, name: "Medicines" })).toBeVisible();

  expect(await buildOf(old), "nobody has asked it").toBe(first);
  await device.setOffline(true);
  await take(old, "Apixaban").click();
  await expect(rowOf(old, "Done", "Apixaban")).toContainText("Saved on this phone");
  for (const name of ["Calendar", "Medicines", "More"]) {
    await old.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true }).click();
    await expect(old.getByRole("heading", { level: 1 })).toBeVisible();
  }
  await young.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Today" }).click();
  await expect(rowOf(young, "Done", "Apixaban")).toContainText("Saved on this phone");
  await take(young, "Bisoprolol").click();
  await device.setOffline(false);
  for (const name of names) await expect(rowOf(young, "Done", name)).toContainText("In your record");
  expect(await buildOf(old)).toBe(first);
  await old.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Today" }).click();
  for (const name of names) await expect(rowOf(old, "Done", name)).toContainText("In your record");
  expect(ofType(await expectWhole(server, patient), "MedicineTaken")).toHaveLength(2);
});
