// A browser, or a private window, that keeps nothing: it says so on every screen, and everything else works.
import { expect, test } from "../fixtures.mjs";
import { expectWhole, ofTheApp, ofType } from "../support/log.mjs";
import { clock, medicine, patientWith, setUp } from "../support/plan.mjs";
import { rowOf, take } from "../support/today.mjs";

/** A browser whose windows have no database. */
async function withoutDatabase(openDevice) {
  const device = await openDevice();
  await device.context.addInitScript(() => Object.defineProperty(window, "indexedDB", { get: () => undefined }));
  return device;
}

const warning = (page) => page.getByRole("status").filter({ hasText: "This window keeps nothing" });

test("without a database a phone is set up, logs and sends all the same, and says loudly that its window keeps nothing", async ({
  server,
  openDevice,
  axe,
  shoot,
}) => {
  const { patient, link } = await patientWith(server, { medicines: [medicine("Apixaban", clock())] });
  const device = await withoutDatabase(openDevice);
  const { page } = device;
  await page.goto(link);
  await expect(page.getByRole("button", { name: "Set up this phone" })).toBeVisible();
  await expect(warning(page), "said before the invitation is used").toContainText("Open Rivulet in an ordinary window");
  expect(await axe(page)).toEqual([]);
  await shoot(page, "enrol-volatile-phone-light");
  await page.getByRole("button", { name: "Set up this phone" }).click();
  await expect(take(page, "Apixaban")).toBeVisible();
  await expect(warning(page)).toContainText("What you log is gone when this page closes");
  expect(new URL(page.url()).pathname).toBe("/");
  expect(await axe(page)).toEqual([]);
  await take(page, "Apixaban").click();
  await expect(rowOf(page, "Done", "Apixaban")).toContainText("In your record");
  await shoot(page, "today-volatile-phone-light");
  expect(ofType(await expectWhole(server, patient), "MedicineTaken")).toHaveLength(1);

  await page.reload();
  await expect(page.getByLabel("Link or code"), "nothing was kept").toBeVisible();
  await expect(warning(page)).toBeVisible();
  expect(ofTheApp(device.complaints)).toEqual([]);
});

test("two windows that keep nothing share nothing, and both send", async ({ server, openDevice }) => {
  const names = ["Apixaban", "Bisoprolol"];
  const { patient, link } = await patientWith(server, { medicines: names.map((name) => medicine(name, clock())) });
  const { page: first, context } = await withoutDatabase(openDevice);
  await setUp(first, link);
  const second = await context.newPage();
  await setUp(second, (await server.invite(patient)).link);
  await take(first, "Apixaban").click();
  await take(second, "Bisoprolol").click();
  for (const page of [first, second]) {
    for (const name of names) await expect(rowOf(page, "Done", name)).toContainText("In your record");
  }
  expect(ofType(await expectWhole(server, patient), "MedicineTaken")).toHaveLength(2);
});
