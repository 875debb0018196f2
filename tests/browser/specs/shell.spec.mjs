// The shell of the app, without a server behind it: it starts, it starts offline, and it changes versions when asked.
import { rm } from "node:fs/promises";

import { expect, test } from "../fixtures.mjs";
import { buildOf, LATER, laterBuild } from "../support/builds.mjs";
import { dist } from "../support/paths.mjs";

/** The app has put something on the page. */
const main = (page) => page.locator("#main");

test("the app starts without a complaint under the strict content policy", async ({ openDevice, staticServer }) => {
  const { origin } = await staticServer(dist);
  const { page, complaints } = await openDevice();
  await page.goto(origin);
  await expect(main(page)).toBeVisible();
  await expect(page.locator("#boot-trouble")).toBeHidden();
  expect(complaints).toEqual([]);
});

test("from the second visit on it starts offline, in a new browser too", async ({ openDevice, staticServer }) => {
  const server = await staticServer(dist);
  const device = await openDevice();
  await device.page.goto(server.origin);
  await device.readyForOffline();
  await device.close();

  await server.stop();
  const page = await device.reopen();
  for (const path of ["/", "/some/address"]) {
    await page.goto(`${server.origin}${path}`);
    // Nobody is set up here: going on to that page is its first answer.
    await expect(page).toHaveURL(/\/enrol$/);
    await expect(main(page)).toBeVisible();
  }
});

test("a new version waits until it is asked for, then loads once", async ({ openDevice, staticServer }) => {
  const server = await staticServer(dist);
  const device = await openDevice();
  const { page } = device;
  await page.goto(server.origin);
  await device.readyForOffline();
  const first = await buildOf(page);

  const later = await laterBuild();
  server.setFolder(later);
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await expect(page.locator("html")).toHaveAttribute("data-update", "ready");
  await page.reload();
  expect(await buildOf(page)).toBe(first);

  await expect(page.locator("html")).toHaveAttribute("data-update", "ready");
  let loads = 0;
  page.on("load", () => (loads += 1));
  await page.evaluate(() => window.dispatchEvent(new CustomEvent("rivulet:use-new-version")));
  await expect.poll(() => buildOf(page)).toBe(LATER);
  await expect(main(page)).toBeVisible();
  expect(loads).toBe(1);
  const caches = await page.evaluate(async () => (await window.caches.keys()).sort());
  expect(caches).toEqual([`rivulet-${first}`, `rivulet-${LATER}`].sort());
  await rm(later, { recursive: true });
});
