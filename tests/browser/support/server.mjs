// The real server as a child process, with data of its own, that can be stopped, killed and started again.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { freePort } from "./free-port.mjs";
import { dist, serverBin } from "./paths.mjs";
import { until } from "./wait.mjs";

const exec = promisify(execFile);

export class RivuletServer {
  #child;
  #printed = [];

  /** A server that is ready to answer, on a free port and a new data folder. */
  static async start(options = {}) {
    const server = new RivuletServer();
    server.port = await freePort();
    server.dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "rivulet-data-")));
    server.assets = options.assets ?? dist;
    await server.start();
    return server;
  }

  get origin() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it printed so far, for a message when something went wrong. */
  get log() {
    return this.#printed.join("");
  }

  get running() {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts it (again): the same port, the same data. */
  async start() {
    if (this.running) throw new Error("the server is running already");
    const args = ["serve", "--listen", `127.0.0.1:${this.port}`, "--data", this.dataDir, "--assets", this.assets, "--origin", this.origin];
    this.#child = spawn(serverBin, args, { stdio: ["ignore", "pipe", "pipe"] });
    let failed;
    this.#child.on("error", (error) => (failed = error));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => this.#printed.push(text));
    }
    await until("the server to be ready", async () => {
      if (!failed && this.running) return (await fetch(`${this.origin}/health/ready`)).ok;
      return true;
    });
    if (failed || !this.running) throw new Error(`the server did not start: ${failed?.message ?? this.log}`);
  }

  /** Asks it to finish (SIGTERM) and waits until it has. */
  async stop() {
    await this.#end("SIGTERM");
  }

  /** Takes it away in the middle of whatever it does (SIGKILL). */
  async kill() {
    await this.#end("SIGKILL");
  }

  async #end(signal) {
    if (!this.running) return;
    const gone = new Promise((exited) => this.#child.once("exit", exited));
    this.#child.kill(signal);
    await gone;
  }

  /** Ends it and throws its data away. */
  async dispose() {
    await this.kill();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** One of the server's own commands on this data, parsed: `cli("log", "show", "--patient", id)`. */
  async cli(...args) {
    const [first] = await this.lines(...args);
    return first;
  }

  /** The same for a command that prints a line of JSON for each thing. */
  async lines(...args) {
    const { stdout } = await exec(serverBin, [...args, "--data", this.dataDir, "--json"], { maxBuffer: 1 << 28 });
    return stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  }

  /** A new patient, as the command prints it. */
  createPatient(...args) {
    return this.cli("patient", "create", ...args);
  }

  /** An invitation: `{link, code, …}`, the link on this server's origin. */
  async invite(patient, ...args) {
    const invitation = await this.cli("invite", "--patient", patient, ...args);
    const { pathname, hash } = new URL(invitation.link);
    return { ...invitation, link: `${this.origin}${pathname}${hash}` };
  }

  /** The patient's events as the log has them, opened. */
  events(patient) {
    return this.lines("log", "show", "--patient", patient);
  }

  /** What `log verify` says of the patient's chains and stream. */
  verify(patient) {
    return this.cli("log", "verify", "--patient", patient);
  }
}
