// What every spec imports:
//
//   import { expect, test } from "../fixtures.mjs";
//   test("…", async ({ server, openDevice, shoot }) => { … });
//
// server      a real rivulet-server with its own data: origin, createPatient, invite, events, verify, kill, start, …
// openDevice  opens a browser with its own profile on disk; as many as a test needs. See support/device.mjs.
// staticServer  opens a folder over HTTP without a server.
// shoot       writes a screenshot to test-results/screens/NAME.png
// axe         the accessibility violations of a page, each as one line: expect(await axe(page)).toEqual([])
import { AxeBuilder } from "@axe-core/playwright";
import { test as base } from "@playwright/test";
import { fileURLToPath } from "node:url";

import { Device } from "./support/device.mjs";
import { RivuletServer } from "./support/server.mjs";
import { serveFolder } from "./support/static-server.mjs";

export { expect } from "@playwright/test";

export const test = base.extend({
  // Playwright finds out what a fixture needs by its first argument, which must be spelled out.
  server: async ({}, use, info) => {
    const server = await RivuletServer.start();
    await use(server);
    if (info.status !== info.expectedStatus) await info.attach("server.log", { body: server.log });
    await server.dispose();
  },

  openDevice: async ({}, use) => {
    const devices = [];
    await use(async (options) => {
      const device = await Device.open(options);
      devices.push(device);
      return device;
    });
    for (const device of devices) await device.dispose();
  },

  staticServer: async ({}, use) => {
    const servers = [];
    await use(async (folder) => {
      const server = await serveFolder(folder);
      servers.push(server);
      return server;
    });
    for (const server of servers) await server.stop();
  },

  shoot: async ({}, use) => {
    const screens = fileURLToPath(new URL("test-results/screens/", import.meta.url));
    await use((page, name) => page.screenshot({ path: `${screens}${name}.png`, fullPage: true }));
  },

  axe: async ({}, use) => {
    await use(async (page) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help} at ${node.target}`));
    });
  },
});
