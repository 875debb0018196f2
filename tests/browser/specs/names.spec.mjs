// Everything that can be tapped says what it is, by a name of its own, and is large enough for a thumb; on every page.
import { expect, test } from "../fixtures.mjs";
import { clock, date, medicine, patientWith, setUp, ZONE } from "../support/plan.mjs";
import { take } from "../support/today.mjs";

const TAPPED = ["button", "link", "checkbox", "radio", "textbox", "searchbox", "combobox", "listbox", "spinbutton", "Date", "DateTime", "InputTime", "DisclosureTriangle", "switch", "tab", "menuitem"];

/** What can be tapped, as the browser tells those who cannot see it: role and name. */
async function tapped(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  const shown = nodes.filter(({ ignored, role }) => !ignored && TAPPED.includes(role?.value));
  return shown.map(({ role, name }) => ({ role: role.value, name: name?.value.trim() ?? "" }));
}

/** What is too small, with its size: of what stands in a line of text WCAG asks nothing (2.5.8). */
const small = (page, least) =>
  page.evaluate((least) => {
    const all = [...document.querySelectorAll("button, a[href], summary, select, input:not([type=radio], [type=checkbox])")];
    const open = document.querySelector("dialog[open]:last-of-type") ?? document;
    return all
      .filter((element) => open.contains(element) && element.checkVisibility() && !element.classList.contains("skip") && !element.closest("p"))
      // A row is tapped anywhere: its words spread over it.
      .map((element) => [element, element.matches(".item > .body") ? element.parentElement : element])
      .map(([element, box]) => [element.innerText || element.getAttribute("aria-label") || element.id, box.getBoundingClientRect()])
      .filter(([, { width, height }]) => width < least || height < least)
      .map(([name, { width, height }]) => `${name}: ${Math.round(width)} × ${Math.round(height)}`);
  }, least);

/** Names that do not say the words that are seen (WCAG 2.5.3): who speaks to her phone says those. */
const unspoken = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("button[aria-label], a[aria-label]")]
      .filter((element) => element.checkVisibility() && element.innerText.trim() !== "" && !element.closest("table, .week"))
      .map((element) => [element.innerText.trim(), element.getAttribute("aria-label")])
      .filter(([seen, name]) => !name.toLowerCase().includes(seen.toLowerCase())),
  );

async function expectNamed(page, where) {
  expect(await unspoken(page), where).toEqual([]);
  const all = await tapped(page);
  expect(all.length, where).toBeGreaterThan(3);
  expect(all.filter(({ name }) => name === ""), where).toEqual([]);
  // The browser's own buttons within a field are named by it alike everywhere.
  const own = ({ role, name }) => role === "button" && !name.startsWith("Show ");
  const buttons = all.filter(own).map(({ name }) => name);
  expect(buttons.filter((name, n) => buttons.indexOf(name) !== n), `${where}: two buttons of one name`).toEqual([]);
  expect(await small(page, 44), where).toEqual([]);
}

test("on every page and sheet all that can be tapped has a name of its own and room for a thumb", async ({ server, openDevice }) => {
  const medicines = [medicine("Apixaban", clock()), medicine("Bisoprolol", clock()), medicine("Macrogol", clock(300))];
  const { patient, link } = await patientWith(server, { medicines, tasks: ["Weigh yourself", "Take your temperature"] });
  await server.cli("care", "appoint", "--patient", patient, "--title", "Blood test", "--at", `${date(0)}T23:30`, "--zone", ZONE);
  const { page } = await openDevice();
  await page.goto(`${server.origin}/enrol`);
  await expect(page.getByLabel("Link or code")).toBeVisible();
  expect((await tapped(page)).filter(({ name }) => name === "")).toEqual([]);
  await setUp(page, link);
  await take(page, "Apixaban").click();
  await expect(page.getByText("In your record")).toBeVisible();
  await expectNamed(page, "Today");
  for (const [open, where] of [[/^Bisoprolol/, "a dose"], [/^Blood test/, "an appointment"], [/^Weigh yourself/, "why"]]) {
    await page.getByRole("button", { name: open }).first().click();
    await expect(page.getByRole("dialog")).toBeVisible();
    expect((await tapped(page)).filter(({ name }) => name === ""), where).toEqual([]);
    expect(await small(page, 44), where).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
  }
  const days = date();
  const pages = ["/calendar", `/calendar/week/${days}`, `/calendar/day/${days}`, "/medicines", "/medicines/add", "/history", "/settings", "/more"];
  for (const path of pages) {
    await page.goto(`${server.origin}${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    await expectNamed(page, path);
  }
  await page.goto(`${server.origin}/medicines`);
  await page.getByRole("link", { name: /^Apixaban/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: /Apixaban/ })).toBeVisible();
  await expectNamed(page, "a medicine");
});

/** Presses Tab until the element has the focus. */
async function tabTo(page, locator) {
  await expect(locator).toBeVisible();
  for (let presses = 0; presses < 80; presses++) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never came to ${locator}`);
}

test("the ways through the other pages go by keyboard alone, and the focus is never lost", async ({ server, openDevice }) => {
  const { link } = await patientWith(server, { medicines: [medicine("Apixaban", clock())], tasks: ["Weigh yourself"] });
  const { page } = await openDevice({ viewport: { width: 1280, height: 800 } });
  await setUp(page, link);
  await expect(take(page, "Apixaban")).toBeVisible();
  const nav = (name) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true });
  const heading = page.getByRole("heading", { level: 1 });
  await tabTo(page, nav("Calendar"));
  await page.keyboard.press("Enter");
  await expect(heading).toBeFocused();
  const next = page.locator("header .btn.round").last();
  await tabTo(page, next);
  await page.keyboard.press("Enter");
  await expect(next).toBeFocused();
  await tabTo(page, page.getByRole("navigation", { name: "View" }).getByRole("link", { name: "Week" }));
  await page.keyboard.press("Enter");
  await expect(heading).toBeFocused();
  await tabTo(page, nav("Medicines"));
  await page.keyboard.press("Enter");
  await expect(heading).toHaveText("Medicines");
  await tabTo(page, page.getByRole("link", { name: "Add a medicine" }).first());
  await page.keyboard.press("Enter");
  await expect(heading).toHaveText("Add a medicine");
  await tabTo(page, page.getByLabel("Name"));
  await page.keyboard.type("Magnesium");
  await tabTo(page, page.getByLabel("How often"));
  await page.keyboard.press("ArrowDown");
  await tabTo(page, page.getByRole("checkbox", { name: "Monday" }));
  await page.keyboard.press("Space");
  await tabTo(page, page.getByRole("button", { name: "Add this medicine" }));
  await page.keyboard.press("Enter");
  await expect(heading).toHaveText("Medicines");
  await expect(heading).toBeFocused();
  await tabTo(page, page.getByRole("link", { name: /^Magnesium/ }));
  await page.keyboard.press("Enter");
  await expect(heading).toHaveText("Magnesium");
  await tabTo(page, page.getByRole("button", { name: "Stop taking it" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Stop Magnesium?" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Stop taking it" })).toBeFocused();
  await tabTo(page, nav("More"));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("link", { name: /^History/ }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByLabel("Search"));
  await page.keyboard.type("magnesium");
  await expect(page.getByRole("listitem").filter({ hasText: "Added: Magnesium" })).toBeVisible();
  await page.goBack();
  await tabTo(page, page.getByRole("link", { name: /^Settings/ }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.locator('input[name="theme"]:checked'));
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: "Light" })).toBeChecked();
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe("BODY");
});
