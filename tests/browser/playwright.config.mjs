// Real Chromium, the system's own. `cargo xtask test --only browser` sets the environment; the defaults serve who
// runs `npx playwright test` by hand after `cargo xtask build`.
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "specs",
  outputDir: "test-results",
  fullyParallel: true,
  workers: Number(process.env.RIVULET_WORKERS ?? 3),
  retries: 0, // a test that passes when tried again has found something
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [["line"], ["json", { outputFile: process.env.RIVULET_REPORT ?? "test-results/report.json" }]],
});
