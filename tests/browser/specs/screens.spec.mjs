// Pictures of every screen for people to look at, light, dark and from right to left, side by side. Nothing compares
// them: RIVULET_SCREENS=docs/screens cargo xtask test --only browser -- screens
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "../fixtures.mjs";
import { clock, date, patientWith, ZONE } from "../support/plan.mjs";

const folder = process.env.RIVULET_SCREENS;
const root = fileURLToPath(new URL("../../../", import.meta.url));
const VIEWPORT = { width: 390, height: 844 };

const unit = (kind) => ({ value: "1", unit: `{${kind}}` });
const line = (name, form, strength, slots, more = {}) => ({
  medicine: { name, form, ...(strength && { strength: { value: strength, unit: "mg" } }) },
  dose: unit(form === "sachet" ? "sachet" : "tablet"),
  ...more,
  schedule: { start: date(-9), rule: { times: { slots: Object.fromEntries(slots.map((at, n) => [`s${n}`, { at }])) } } },
});
const PLAN = () => [
  line("Dexamethasone", "tablet", "2", [clock(), clock(240)], { instructions: "with food" }),
  line("Apixaban", "tablet", "5", [clock(), "23:50"]),
  line("Bisoprolol", "tablet", "2.5", [clock()]),
  line("Macrogol", "sachet", null, [clock(180)], { instructions: "in a glass of water" }),
  { ...line("Paracetamol", "tablet", "500", []), schedule: { start: date(-9), rule: { as_needed: { gap_minutes: 360, daily_doses: 4 } } } },
];

const LOOKS = [
  { locale: "en-GB", colorScheme: "light" },
  { locale: "en-GB", colorScheme: "dark" },
  { locale: "ar-EG", colorScheme: "light" },
];

/** One picture of the three, at two thirds of their size. */
async function beside(context, pictures, path) {
  const page = await context.newPage();
  const width = Math.round((VIEWPORT.width * 2) / 3);
  await page.setViewportSize({ width: pictures.length * (width + 12) + 12, height: Math.round((VIEWPORT.height * 2) / 3) + 24 });
  const images = pictures.map((picture) => `<img src="data:image/png;base64,${picture.toString("base64")}" width="${width}">`);
  await page.setContent(`<body style="margin:12px;display:flex;gap:12px;background:#8a928f">${images.join("")}</body>`);
  await page.screenshot({ path, type: "jpeg", quality: 62 });
  await page.close();
}

test("every screen, light, dark and from right to left", async ({ server, openDevice }) => {
  test.skip(!folder, "RIVULET_SCREENS names no folder");
  test.setTimeout(600_000);
  const into = resolve(root, folder);
  await mkdir(into, { recursive: true });
  const tasks = ["Take your temperature", "Cream after radiotherapy"];
  const { patient, link } = await patientWith(server, { medicines: PLAN(), tasks });
  const appoint = (title, at, ...more) => server.cli("care", "appoint", "--patient", patient, "--title", title, "--at", at, "--zone", ZONE, ...more);
  await appoint("Radiotherapy, 4 of 5", `${date(0)}T23:40`, "--minutes", "30", "--place", "Room 3, lower floor");
  await appoint("Blood test and clinic", `${date(1)}T10:30`, "--minutes", "45", "--place", "Day unit, second floor", "--with", "Dr Okafor", "--bring", "Your list of medicines");
  const devices = [];
  for (const look of LOOKS) {
    const device = await openDevice({ ...look, viewport: VIEWPORT });
    device.link = devices.length === 0 ? link : (await server.invite(patient)).link;
    devices.push(device);
  }
  const shoot = async (name, show = async () => {}) => {
    const pictures = [];
    for (const { page } of devices) {
      await show(page);
      await page.evaluate(() => document.fonts.ready);
      pictures.push(await page.screenshot({ animations: "disabled" }));
    }
    await beside(devices[0].context, pictures, resolve(into, `${name}.jpg`));
  };
  const goTo = (path, then = async () => {}) => async (page) => {
    await page.goto(`${server.origin}${path}`);
    // Where a form has its own way on, the bar is hidden.
    await expect(page.locator(".nav [aria-current]")).toBeAttached();
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    await then(page);
  };

  await shoot("enrol", async (page) => {
    await page.goto(devices.find((device) => device.page === page).link);
    await expect(page.locator(".dock .btn")).toBeVisible();
  });
  for (const { page } of devices) {
    await page.locator(".dock .btn").first().click();
    await expect(page.locator(".nav [aria-current]")).toBeVisible();
  }
  await expect(devices[0].page.getByRole("button", { name: "Take Bisoprolol now" })).toBeVisible();
  await devices[0].page.getByRole("button", { name: "Take Bisoprolol now" }).click();
  await devices[0].page.getByRole("button", { name: "Done: Take your temperature" }).click();
  for (const { page } of devices) await expect(page.locator(".sync.record")).toHaveCount(2);
  await shoot("today", goTo("/"));
  await shoot("dose", (page) => page.locator(".pool .item .body").first().click());
  await shoot("appointment", goTo("/", (page) => page.locator('[aria-labelledby="appointments"] .body').last().click()));
  await shoot("calendar-month", goTo("/calendar"));
  await shoot("calendar-week", goTo(`/calendar/week/${date()}`));
  await shoot("calendar-day", goTo(`/calendar/day/${date()}`));
  await shoot("medicines", goTo("/medicines"));
  await shoot("medicine", goTo("/medicines", (page) => page.locator(".list a.body").first().click()));
  await shoot("add-medicine", goTo("/medicines/add"));
  await shoot("history", goTo("/history"));
  await shoot("why", goTo("/", async (page) => {
    await page.locator('[aria-labelledby="done"] .body').first().click();
    await expect(page.locator("dialog[open] .chain > li").first()).toBeVisible();
  }));
  await shoot("settings", goTo("/settings"));
  await shoot("more", goTo("/more"));

  // The shop windows of an installable app: one of a phone, one of a desk.
  const [{ page }] = devices;
  await goTo("/")(page);
  await page.screenshot({ path: resolve(root, "public/phone.png") });
  await page.setViewportSize({ width: 1280, height: 800 });
  await goTo("/calendar")(page);
  await page.screenshot({ path: resolve(root, "public/desk.png") });
});
