// Where it is measured: a browser with its profile on disk, the real server, and the raw one beside it.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { Device } from "../support/device.mjs";
import { RivuletServer } from "../support/server.mjs";

const exec = promisify(execFile);
const tools = process.env.RIVULET_BENCH_TOOLS;
const pages = process.env.RIVULET_DIST_BENCH;

export class Stage {
  static async open() {
    const stage = new Stage();
    stage.folder = await mkdtemp(join(tmpdir(), "rivulet-bench-"));
    stage.server = await RivuletServer.start({ dataDir: join(stage.folder, "data"), assets: pages });
    stage.rawOrigin = await stage.#startRaw();
    stage.device = await Device.open();
    stage.ours = await stage.#page(stage.server.origin);
    stage.raw = await stage.#page(stage.rawOrigin);
    return stage;
  }

  async #startRaw() {
    this.rawServer = spawn(join(tools, "raw_server"), [join(this.folder, "raw.sqlite"), pages], { stdio: ["pipe", "pipe", "inherit"] });
    for await (const line of this.rawServer.stdout.setEncoding("utf8")) return `http://127.0.0.1:${line.trim()}`;
    throw new Error("the raw server did not start");
  }

  /** A page with `Phone` and `Raw` on its window. */
  async #page(origin) {
    const page = await this.device.context.newPage();
    await page.goto(origin);
    await page.waitForFunction(() => window.ready);
    return page;
  }

  /** An invitation's code for a new patient, or for one who is there. */
  async code(patient) {
    const { patient: whom } = patient ? { patient } : await this.server.createPatient("--name", "Marta", "--zone", "Europe/Berlin", "--test");
    const { link } = await this.server.invite(whom);
    return new URL(link).hash.slice(1);
  }

  /** A patient with two years of entries; the server is put on a data folder that has them. */
  async history(count) {
    await this.server.stop();
    this.server.dataDir = join(this.folder, "history");
    const { stdout } = await exec(join(tools, "bench_history"), [this.server.dataDir, String(count)]);
    await this.server.start();
    return stdout.trim();
  }

  get browser() {
    return `Chromium ${this.device.context.browser()?.version() ?? ""}`.trim();
  }

  async close() {
    await this.device?.dispose();
    await this.server?.kill();
    this.rawServer?.stdin.end();
    await rm(this.folder, { recursive: true, force: true });
  }
}
