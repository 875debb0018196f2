// A server with a patient whose record is long already, written as if it had been: at the times of then.
import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { historyBin } from "./paths.mjs";
import { RivuletServer } from "./server.mjs";

/**
 * A server that has `doses` doses of the past, fourteen a day up to yesterday, and since today `medicines`.
 * @param {number} doses
 * @param {object[]} medicines as of `medicine(…)`
 * @param {{ tasks?: boolean }} options with a task done each day
 */
export async function serverWithHistory(doses, medicines, { tasks = false } = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), "rivulet-history-"));
  const { stdout } = await promisify(execFile)(historyBin, [dataDir, String(doses), ...(tasks ? ["tasks"] : [])]);
  const patient = stdout.trim();
  const server = await RivuletServer.start({ dataDir });
  const file = join(dataDir, "plan.json");
  await writeFile(file, JSON.stringify(medicines));
  await server.cli("care", "prescribe", "--patient", patient, "--file", file);
  return { server, patient, link: (await server.invite(patient)).link };
}
