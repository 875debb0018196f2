// What stands on the screen stays where it is: nothing that comes later moves it from under a thumb.
import { expect, test } from "../fixtures.mjs";
import { SKIPPED, takenAndSkipped } from "../support/disagree.mjs";
import { clock, date, medicine, patientWith, setUp, ZONE } from "../support/plan.mjs";
import { finish, rowOf, take } from "../support/today.mjs";

/** In the page, from its first script on: notes whatever moves without a tap, and what it is. */
function watchShifts() {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, sources, hadRecentInput } of list.getEntries()) {
      const what = sources.map(({ node }) => (node?.outerHTML ?? node?.textContent ?? "").slice(0, 80));
      if (!hadRecentInput) window.shifts.push({ value, what });
    }
  }).observe({ type: "layout-shift", buffered: true });
}

async function expectStill(page) {
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => requestAnimationFrame(resolve))));
  const shifts = await page.evaluate(() => window.shifts);
  const sum = shifts.reduce((sum, { value }) => sum + value, 0);
  expect(sum, `${page.url()}: ${JSON.stringify(shifts)}`).toBeLessThan(0.01);
}

for (const viewport of [{ width: 390, height: 844 }, { width: 1280, height: 800 }]) {
  test(`nothing moves when the rest of a page comes, ${viewport.width} px`, async ({ server, openDevice }) => {
    const medicines = [medicine("Apixaban", clock()), medicine("Bisoprolol", clock()), medicine("Macrogol", clock(5))];
    const { patient, link } = await patientWith(server, { medicines, tasks: ["Weigh yourself", "Take your temperature"] });
    await server.cli("care", "appoint", "--patient", patient, "--title", "Blood test", "--at", `${date(0)}T23:59`, "--zone", ZONE);
    const { page } = await openDevice({ viewport });
    await setUp(page, link);
    await take(page, "Apixaban").click();
    await finish(page, "Weigh yourself").click();
    for (const name of ["Apixaban", "Weigh yourself"]) await expect(rowOf(page, "Done", name)).toContainText("In your record");
    await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
    await page.addInitScript(watchShifts);
    const headings = { "/": "Blood test", "/calendar": "Blood test", "/medicines": "Macrogol", "/history": "Weigh yourself", "/settings": "Reminders", "/more": "Settings" };
    for (const [path, last] of Object.entries(headings)) {
      await page.goto(`${server.origin}${path}`);
      await expect(page.locator("#main").getByText(last).first()).toBeVisible();
      await expectStill(page);
    }
  });
}

for (const viewport of [{ width: 390, height: 844 }, { width: 1280, height: 800 }]) {
  test(`a question moves nothing as Today opens, ${viewport.width} px`, async ({ server, openDevice }) => {
    const others = [medicine("Bisoprolol", clock()), medicine("Macrogol", clock(5))];
    const { page } = (await takenAndSkipped(server, openDevice, { others, viewport })).phone;
    await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
    await page.addInitScript(watchShifts);
    await page.goto(server.origin);
    await expect(page.getByText(SKIPPED)).toBeVisible();
    await expectStill(page);
  });
}
