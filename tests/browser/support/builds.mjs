// Builds of the app, as far as a browser tells one from another.
import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { dist } from "./paths.mjs";

/** What the later build calls itself. */
export const LATER = "00000000000later";

/** A copy of the app as a later build would be: other pages, another worker. */
export async function laterBuild() {
  const folder = await mkdtemp(join(tmpdir(), "rivulet-later-"));
  await cp(dist, folder, { recursive: true });
  const read = (name) => readFile(join(folder, name), "utf8");
  const integrity = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
  const [, build] = (await read("index.html")).match(/name="rivulet-build" content="([0-9a-f]+)"/);
  let worker = (await read("sw.js")).replaceAll(build, LATER);
  for (const name of ["index.html", "enrol.html"]) {
    const page = await read(name);
    const later = page.replaceAll(build, LATER);
    await writeFile(join(folder, name), later);
    worker = worker.replace(integrity(page), integrity(later));
  }
  await writeFile(join(folder, "sw.js"), worker);
  // What was packed before is of the build before.
  for (const name of ["index.html", "enrol.html", "sw.js"]) {
    for (const packed of [".br", ".gz"]) await rm(join(folder, name + packed), { force: true });
  }
  return folder;
}

/** The build that a page is of. */
export const buildOf = (page) => page.locator('meta[name="rivulet-build"]').getAttribute("content");
