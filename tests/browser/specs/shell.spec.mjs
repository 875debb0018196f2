// The shell of the app, without a server behind it: it starts, it starts offline, and it changes versions when asked.
import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "../fixtures.mjs";
import { dist } from "../support/paths.mjs";

/** The app has put something on the page. */
const main = (page) => page.locator("#main");

/** A copy of the app as a later build would be: other pages, another worker. */
async function laterBuild() {
  const folder = await mkdtemp(join(tmpdir(), "rivulet-later-"));
  await cp(dist, folder, { recursive: true });
  const read = (name) => readFile(join(folder, name), "utf8");
  const integrity = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
  const [, build] = (await read("index.html")).match(/name="rivulet-build" content="([0-9a-f]+)"/);
  let worker = (await read("sw.js")).replaceAll(build, "00000000000later");
  for (const name of ["index.html", "enrol.html"]) {
    const page = await read(name);
    const later = page.replaceAll(build, "00000000000later");
    await writeFile(join(folder, name), later);
    worker = worker.replace(integrity(page), integrity(later));
  }
  await writeFile(join(folder, "sw.js"), worker);
  return folder;
}

const buildOf = (page) => page.locator('meta[name="rivulet-build"]').getAttribute("content");

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
  await page.goto(server.origin);
  await expect(main(page)).toBeVisible();
  await page.goto(`${server.origin}/some/address`);
  await expect(main(page)).toBeVisible();
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
  await expect.poll(() => buildOf(page)).toBe("00000000000later");
  await expect(main(page)).toBeVisible();
  expect(loads).toBe(1);
  const caches = await page.evaluate(async () => (await window.caches.keys()).sort());
  expect(caches).toEqual([`rivulet-${first}`, "rivulet-00000000000later"].sort());
  await rm(later, { recursive: true });
});
