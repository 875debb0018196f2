// A patient's device: Chromium with its profile on a real disk, so that `strict` writes are written and survive.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "@playwright/test";

import { chromium as executablePath } from "./paths.mjs";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const PHONE = { width: 390, height: 844 };

export class Device {
  /** Everything the pages complained about: console errors and uncaught exceptions, as text. */
  complaints = [];

  /**
   * Opens a browser with a new profile and one empty page.
   * @param {import("@playwright/test").BrowserContextOptions} [options] over those of a phone in English, Berlin time
   */
  static async open(options = {}) {
    const device = new Device();
    // Not under /tmp if that is memory: a profile there never reaches a disk.
    device.profile = await mkdtemp(join(process.env.RIVULET_PROFILES ?? tmpdir(), "rivulet-profile-"));
    device.options = options;
    await device.reopen();
    return device;
  }

  /** Opens the browser again on the same profile: what was stored is there, what was in memory is not. */
  async reopen() {
    this.context = await chromium.launchPersistentContext(this.profile, {
      executablePath,
      args: FLAGS,
      viewport: PHONE,
      locale: "en-GB",
      timezoneId: "Europe/Berlin",
      serviceWorkers: "allow",
      ...this.options,
    });
    this.context.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(`${message.text()} (${message.location().url})`);
    });
    this.context.on("weberror", (error) => this.complaints.push(String(error.error())));
    this.page = this.context.pages()[0] ?? (await this.context.newPage());
    return this.page;
  }

  /** Closes the browser; the profile stays for {@link reopen}. */
  async close() {
    await this.context?.close();
    this.context = undefined;
  }

  /** Closes the browser and throws its profile away. */
  async dispose() {
    // Rarely one does not end when it is asked to; it ends with the worker then, and says nothing of what was tested.
    const patience = new Promise((resolve) => setTimeout(resolve, 15_000).unref());
    await Promise.race([this.close(), patience]);
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 }).catch((error) => console.warn(`${this.profile} stays: ${error}`));
  }

  /** Cuts the network off, or back on. A server that is gone is another fault: `server.kill()`. */
  async setOffline(offline) {
    await this.context.setOffline(offline);
  }

  /** Waits until the app will start without a network: the service worker controls the page. */
  async readyForOffline() {
    await this.page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
  }
}
