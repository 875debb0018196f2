// Languages: the device's, or the one that is chosen; words, numbers and dates, and the way that lines run.
import { expect, test } from "../fixtures.mjs";
import { clock, date, medicine, patientWith, ZONE } from "../support/plan.mjs";

const PLAN = () => ({ medicines: [medicine("Apixaban", clock()), medicine("Bisoprolol", clock(30))], tasks: ["Weigh yourself"] });

/** Sets the phone up by the words of a language. */
async function setUpIn(page, link, start) {
  await page.goto(link);
  await page.getByRole("button", { name: start }).click();
  // The page that sets a phone up has no way to others.
  await expect(page.locator(".nav [aria-current]")).toBeVisible();
}

test("a German phone speaks German, from the invitation on, and says dates and counts as Germans do", async ({ server, openDevice, axe, shoot }) => {
  const { link } = await patientWith(server, PLAN());
  const phone = await openDevice({ locale: "de-AT" });
  const { page } = phone;
  await setUpIn(page, link, "Dieses Handy einrichten");
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  const today = new Date().toLocaleDateString("de", { weekday: "long", timeZone: ZONE });
  await expect(page.getByRole("heading", { level: 1 })).toContainText(today);
  const manifest = await page.evaluate(async () => (await fetch(document.querySelector("[rel=manifest]").href)).json());
  expect(manifest).toMatchObject({ id: "/", lang: "de", dir: "ltr", shortcuts: [{ name: "Heute" }, { name: "Kalender" }, { name: "Medikamente" }] });
  await page.getByRole("button", { name: "Apixaban jetzt nehmen" }).click();
  await expect(page.getByText(/Apixaban.* um \d\d:\d\d/).first()).toBeVisible();
  await phone.readyForOffline();
  await phone.setOffline(true);
  await page.reload();
  await expect(page.getByText(/1 Eintrag|Alles/).first()).toBeVisible();
  await page.getByRole("link", { name: "Medikamente" }).click();
  await expect(page.getByText(/1\u00a0Tablette, \d\d:\d\d/).first()).toBeVisible();
  expect(await axe(page)).toEqual([]);
  await shoot(page, "medicines-de");
});

test("Arabic runs from right to left, on every page, in both themes, without loss at 320 px", async ({ server, openDevice, axe, shoot }) => {
  const { patient, link } = await patientWith(server, PLAN());
  await server.cli("care", "appoint", "--patient", patient, "--title", "Blood test", "--at", `${date(0)}T23:30`, "--zone", ZONE);
  const phone = await openDevice({ locale: "ar-EG", colorScheme: "dark" });
  const { page } = phone;
  await setUpIn(page, link, /إعداد|جهّز|ابدأ/);
  await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
  expect(await page.evaluate(() => document.querySelector("[rel=manifest]").getAttribute("href"))).toBe("/manifest-ar.webmanifest");
  await expect(page.getByText(/[٠-٩]{1,2}:[٠-٩]{2}/).first()).toBeVisible();
  await page.setViewportSize({ width: 320, height: 700 });
  for (const path of ["/", "/calendar", `/calendar/week/${date()}`, `/calendar/day/${date()}`, "/medicines", "/medicines/add", "/history", "/settings", "/more"]) {
    await page.goto(`${server.origin}${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator("#main")).not.toContainText("undefined");
    expect(await axe(page), path).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
    await shoot(page, `ar${path.replaceAll("/", "-").replace(date(), "")}`);
  }
});

test("another language is chosen in the settings, is there before anything is shown, and stays", async ({ server, openDevice }) => {
  const { link } = await patientWith(server, PLAN());
  const { page } = await openDevice();
  await setUpIn(page, link, "Set up this phone");
  await page.goto(`${server.origin}/settings`);
  await page.getByText("Deutsch", { exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Einstellungen" })).toBeVisible();
  await page.addInitScript(() => {
    new MutationObserver(() => {
      const heading = document.querySelector("h1, h2")?.innerText;
      if (heading) (window.headings ??= []).push(`${document.documentElement.lang}: ${heading}`);
    }).observe(document, { childList: true, subtree: true });
  });
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Einstellungen" })).toBeVisible();
  const headings = await page.evaluate(() => window.headings);
  expect(headings.filter((heading) => !heading.startsWith("de: "))).toEqual([]);
  await page.getByRole("group", { name: "Sprache" }).getByText("Wie das Handy", { exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
});
