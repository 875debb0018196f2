// For everyone: no finding of axe in light and dark, all of it by keyboard, the focus never lost.
import { expect, test } from "../fixtures.mjs";
import { clock, medicine, patientWith } from "../support/plan.mjs";

const PLAN = () => ({
  medicines: [medicine("Dexamethasone", clock()), medicine("Apixaban", clock()), medicine("Macrogol", clock(180))],
  tasks: ["Weigh yourself", "Take your temperature"],
});

for (const colorScheme of ["light", "dark"]) {
  for (const [screen, viewport] of [["phone", { width: 390, height: 844 }], ["desktop", { width: 1280, height: 800 }]]) {
    test(`axe finds nothing on Enrol and Today, ${colorScheme}, ${screen}`, async ({ server, openDevice, axe, shoot }) => {
      const { link } = await patientWith(server, PLAN());
      const { page, complaints } = await openDevice({ colorScheme, viewport });
      await page.goto(`${server.origin}/enrol`);
      await expect(page.getByLabel("Link or code")).toBeVisible();
      expect(await axe(page)).toEqual([]);
      await page.goto(link);
      await expect(page.getByRole("button", { name: "Set up this phone" })).toBeVisible();
      expect(await axe(page)).toEqual([]);
      await shoot(page, `enrol-${screen}-${colorScheme}`);
      await page.getByRole("button", { name: "Set up this phone" }).click();
      await page.getByRole("button", { name: "Take Apixaban now" }).click();
      await expect(page.getByText("In your record")).toBeVisible();
      expect(await axe(page)).toEqual([]);
      await shoot(page, `today-${screen}-${colorScheme}`);
      await page.getByRole("button", { name: /^Dexamethasone/ }).click();
      await page.getByLabel("Taken at another time").check();
      expect(await axe(page)).toEqual([]);
      await shoot(page, `sheet-${screen}-${colorScheme}`);
      expect(complaints).toEqual([]);
    });
  }
}

/** Presses Tab until the element has the focus. */
async function tabTo(page, locator) {
  for (let presses = 0; presses < 40; presses++) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never came to ${locator}`);
}

test("everything goes by keyboard, and the focus follows what a person did", async ({ server, openDevice }) => {
  const { link } = await patientWith(server, PLAN());
  const { page } = await openDevice();
  await page.goto(link);
  await tabTo(page, page.getByRole("button", { name: "Set up this phone" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();

  await tabTo(page, page.getByRole("button", { name: "Take Apixaban now" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Take Dexamethasone now" })).toBeFocused();

  const row = page.getByRole("button", { name: /^Dexamethasone/ });
  await page.keyboard.press("Shift+Tab");
  await expect(row).toBeFocused();
  await page.keyboard.press("Enter");
  const sheet = page.getByRole("dialog");
  await expect(sheet).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await expect(row).toBeFocused();

  await tabTo(page, page.getByRole("button", { name: "Done: Weigh yourself" }));
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Done: Take your temperature" })).toBeFocused();
  await tabTo(page, page.getByRole("button", { name: "Undo: Weigh yourself" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Done: Weigh yourself" })).toBeVisible();
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe("BODY");
});
