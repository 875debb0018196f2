// The way between pages, and History: every entry, the newest first, with who and when.
import { readFile } from "node:fs/promises";

import { expect, test } from "../fixtures.mjs";
import { untilLogged } from "../support/log.mjs";
import { clock, medicine, patientWith, setUp } from "../support/plan.mjs";
import { finish, section, take } from "../support/today.mjs";

const to = (page, name) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true }).click();
const title = (page, name) => page.getByRole("heading", { level: 1, name });
const filter = (page, name) => page.getByRole("group", { name: "Show" }).getByRole("button", { name, exact: true });

async function toHistory(page) {
  await to(page, "More");
  await page.getByRole("link", { name: /^History/ }).click();
  await expect(title(page, "History")).toBeVisible();
}

test("pages have addresses: links, the back button and a reload keep the place, without a network too", async ({ server, openDevice }) => {
  const { link } = await patientWith(server, { medicines: [medicine("Apixaban", clock())] });
  const phone = await openDevice();
  const { page } = phone;
  await setUp(page, link);
  await expect(take(page, "Apixaban")).toBeVisible(); // all is fetched
  await phone.readyForOffline();
  await server.stop();
  await phone.setOffline(true);
  await toHistory(page);
  expect(new URL(page.url()).pathname).toBe("/history");
  await expect(page).toHaveTitle("History · Rivulet");
  await expect(title(page, "History")).toBeFocused();
  await expect(page.getByRole("link", { name: "More", exact: true })).toHaveAttribute("aria-current", "page");
  await page.reload();
  await expect(title(page, "History")).toBeVisible();
  await page.getByRole("button", { name: /^Prescribed: Apixaban/ }).click();
  await expect(page.getByRole("dialog", { name: "Why does it say this?" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(title(page, "History")).toBeVisible();
  await page.goBack();
  await expect(title(page, "More")).toBeVisible();
  await page.goBack();
  await expect(take(page, "Apixaban")).toBeVisible();
  await expect(page).toHaveTitle("Rivulet");
  await page.goForward();
  await expect(title(page, "More")).toBeVisible();
  await page.goto(`${server.origin}/no/such/page`);
  await expect(take(page, "Apixaban")).toBeVisible();
  await expect(page.getByRole("link", { name: "Today", exact: true })).toHaveAttribute("aria-current", "page");
});

for (const [colorScheme, width] of [["light", 390], ["dark", 1280]]) {
  test(`every entry is found with who, where and when, and what was taken back stays, ${colorScheme}, ${width} px`, async ({ server, openDevice, axe, shoot }) => {
    const { patient, link } = await patientWith(server, { medicines: [medicine("Apixaban", clock())], tasks: ["Weigh yourself"] });
    const phone = await openDevice({ colorScheme, viewport: { width, height: 844 } });
    const { page } = phone;
    await setUp(page, link);
    await take(page, "Apixaban").click();
    await finish(page, "Weigh yourself").click();
    // Its row comes above: what lies below it moves.
    await expect(section(page, "Done").getByRole("listitem")).toHaveCount(2);
    await section(page, "Done").getByRole("button", { name: /^Undo: Apixaban/ }).click();
    await untilLogged(server, patient, 1, "EventRetracted");
    await toHistory(page);
    const entries = section(page, "Today").getByRole("listitem");
    await expect(entries.first()).toContainText("Taken back: “Taken 1\u00a0tablet");
    await expect(entries.first()).toContainText("In your record");
    await expect(entries.filter({ hasText: "Apixaban 2\u00a0mg: Taken 1\u00a0tablet" }).filter({ hasText: "Does not count: taken back." })).toHaveCount(1);
    await expect(entries.filter({ hasText: "Prescribed: Apixaban 2\u00a0mg" })).toContainText("The day unit");
    await expect(entries.filter({ hasText: "was set up" })).toHaveCount(2);
    await shoot(page, `history-${width}-${colorScheme}`);
    expect(await axe(page)).toEqual([]);
    await filter(page, "Tasks").click();
    await expect(filter(page, "Tasks")).toHaveAttribute("aria-pressed", "true");
    await expect(entries).toHaveCount(1);
    await expect(entries).toContainText("Weigh yourself: Done at");
    await filter(page, "All").click();
    await page.getByLabel("Search").fill("apixaban PRESCRIBED");
    await expect(entries).toHaveCount(1);
    await page.getByLabel("Search").fill("nothing of the kind");
    await expect(page.getByText("Nothing like it is logged.")).toBeVisible();
    await to(page, "More");
    await shoot(page, `more-${width}-${colorScheme}`);
    expect(await axe(page)).toEqual([]);
    await to(page, "Today");
    await shoot(page, `today-nav-${width}-${colorScheme}`);
  });
}

test("all her data leaves as a page to print and as JSON, and the plan as a calendar without names", async ({ server, openDevice }) => {
  const medicines = [medicine("Apixaban", clock(90)), medicine("Bisoprolol", clock(90))];
  const { patient, link } = await patientWith(server, { medicines, tasks: ["Weigh <b>yourself</b>"] });
  const phone = await openDevice();
  const { page } = phone;
  await setUp(page, link);
  await finish(page, "Weigh <b>yourself</b>").click();
  await untilLogged(server, patient, 1, "TaskCompleted");
  await phone.setOffline(true);
  await to(page, "More");
  const saved = async (name) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
  };
  const json = await saved("Save all your data as JSON");
  expect(json.name).toMatch(/^rivulet-\d{4}-\d\d-\d\d\.json$/);
  const { entries, ...of } = JSON.parse(json.text);
  expect(of.patient).toBe(patient);
  expect(of.is_whole).toBe(true);
  const logged = await server.events(patient);
  expect(entries.map(({ header }) => header.id).sort()).toEqual(logged.map(({ id }) => id).sort());
  expect(entries.find(({ header }) => header.type === "TaskCompleted").content.data.task).toBeTruthy();
  const html = await saved("Save all your data as a page to print");
  for (const words of ["Apixaban 2\u00a0mg", "1\u00a0tablet at ", "Weigh &lt;b&gt;yourself&lt;/b&gt;: Done at"]) expect(html.text).toContain(words);
  const ics = await saved("Save a calendar file");
  expect(ics.text).not.toContain("Apixaban");
  expect(ics.text.match(/SUMMARY:2 medicines\r\n/g).length).toBeGreaterThanOrEqual(27);
  expect(ics.text).toContain("BEGIN:VALARM");
});

test("a note on a dose stands in its row, and is found by its words", async ({ server, openDevice }) => {
  const { link } = await patientWith(server, { medicines: [medicine("Apixaban", clock()), medicine("Bisoprolol", clock())] });
  const { page } = await openDevice();
  await setUp(page, link);
  await page.getByRole("button", { name: /^Apixaban/ }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByText("Add a note").click();
  await sheet.getByLabel("Note", { exact: true }).fill("after lunch");
  await sheet.getByRole("button", { name: /^Log it as taken at/ }).click();
  await take(page, "Bisoprolol").click();
  await toHistory(page);
  await page.getByLabel("Search").fill("lunch");
  await expect(page.locator("#main").getByRole("listitem")).toHaveCount(1);
  await expect(page.locator("#main").getByRole("listitem")).toContainText("Apixaban 2\u00a0mg: Taken 1\u00a0tablet");
  await expect(page.locator("#main").getByRole("listitem")).toContainText("“after lunch”");
});
