// What a person settles for herself is the same on all her devices; where two wrote at once, she keeps one.
import { expect, test } from "../fixtures.mjs";
import { expectWhole, ofType, untilLogged } from "../support/log.mjs";
import { clock, medicine, patientWith, setUp } from "../support/plan.mjs";

async function open(page) {
  await page.getByRole("link", { name: "More", exact: true }).click();
  await page.getByRole("link", { name: /^Settings/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeFocused();
}
const settings = (page) => page.getByRole("main");
const save = (page) => settings(page).getByRole("button", { name: "Save" }).click();
const TITLE = "This was written twice at once. Which holds?";
const conflict = (page) => page.getByRole("region").filter({ hasText: TITLE });

async function twoDevices(server, openDevice, options) {
  const { patient, link } = await patientWith(server, { medicines: [medicine("Apixaban", clock())] });
  const [phone, tablet] = [await openDevice(options), await openDevice(options)];
  await setUp(phone.page, link);
  await setUp(tablet.page, (await server.invite(patient)).link);
  return { patient, phone, tablet };
}

async function call(page, name) {
  await open(page);
  await settings(page).getByLabel("Name", { exact: true }).fill(name);
  await save(page);
  await expect(page.getByText("Your settings are saved")).toBeVisible();
  await page.getByRole("link", { name: "Today" }).click();
}

test("settings are kept without a network, and are the same on her other device", async ({ server, openDevice }) => {
  const { patient, phone, tablet } = await twoDevices(server, openDevice);
  await phone.setOffline(true);
  const { page } = phone;
  await open(page);
  await settings(page).getByLabel("Breakfast").fill("07:30");
  await save(page);
  await expect(settings(page).getByText("Fill in all four times, or none.")).toBeVisible();
  await settings(page).getByLabel("Lunch").fill("12:30");
  await settings(page).getByLabel("Dinner").fill("18:00");
  await settings(page).getByLabel("Bedtime").fill("22:15");
  await settings(page).getByLabel("Phone number").fill("+31 6 1234");
  await settings(page).getByLabel("What a helper should know").fill("Allergic to penicillin");
  await save(page);
  await expect(page.getByText("Your settings are saved")).toBeVisible();
  await page.reload();
  await expect(settings(page).getByLabel("Bedtime")).toHaveValue("22:15");
  await phone.setOffline(false);
  const said = await untilLogged(server, patient, 3, "ModelChanged");
  expect(said.map(({ data }) => data.model)).toEqual(["meals", "contact_person", "emergency_note"]);
  await expect(async () => {
    await open(tablet.page);
    const note = await settings(tablet.page).getByLabel("What a helper should know").inputValue();
    expect(note).toBe("Allergic to penicillin");
  }).toPass();
  await open(tablet.page);
  await save(tablet.page);
  await expect(tablet.page.getByText("Nothing was changed")).toBeVisible();
  expect(ofType(await expectWhole(server, patient), "ModelChanged")).toHaveLength(3);
});

test("what another device changes while the form is open stays, whatever is saved in it", async ({ server, openDevice }) => {
  const { patient, phone, tablet } = await twoDevices(server, openDevice);
  await open(phone.page);
  await call(tablet.page, "Eva");
  const [said] = await untilLogged(server, patient, 1, "ModelChanged");
  expect(said.data.fields.name.to).toBe("Eva");
  const inRecord = phone.page.getByRole("region", { name: "Where your entries are" }).getByRole("listitem").last();
  await expect(inRecord).toContainText(String((await server.events(patient)).length));
  await expect(settings(phone.page).getByLabel("Name", { exact: true })).toHaveValue("");
  await settings(phone.page).getByLabel("What a helper should know").fill("Allergic to penicillin");
  await save(phone.page);
  await expect(settings(phone.page).getByLabel("Name", { exact: true })).toHaveValue("Eva");
  const both = await untilLogged(server, patient, 2, "ModelChanged");
  expect(both.map(({ data }) => Object.keys(data.fields))).toEqual([["name"], ["text"]]);
});

test("where the entries are, the devices, and how things look: all on one page, and a colour is there before anything is shown", async ({ server, openDevice }) => {
  const { patient, phone, tablet } = await twoDevices(server, openDevice, { colorScheme: "light" });
  const { page } = phone;
  const count = (words) => page.getByRole("region", { name: "Where your entries are" }).getByRole("listitem").filter({ hasText: words });
  await open(page);
  await expect(count("Saved on this phone")).toContainText("0");
  await expect(count("In your record")).toContainText(/[5-9]/);
  await expect(page.getByText(/^Last contact: /)).toBeVisible();
  await phone.setOffline(true);
  await page.getByRole("button", { name: "Try now" }).click();
  await expect(page.getByText(/^No answer just now\./)).toBeVisible();
  await settings(page).getByLabel("What a helper should know").fill("Allergic to penicillin");
  await save(page);
  await expect(count("Saved on this phone")).toContainText("1");
  await phone.setOffline(false);
  await page.getByRole("button", { name: "Try now" }).click();
  await expect(count("Saved on this phone")).toContainText("0");
  await untilLogged(server, patient, 1, "ModelChanged");
  const devices = page.getByRole("region", { name: "Devices and people" }).getByRole("listitem");
  await expect(devices).toHaveCount(2);
  await expect(devices.filter({ hasText: "Here" })).toHaveCount(1);
  await page.getByText("Largest", { exact: true }).click();
  await page.getByText("Dark", { exact: true }).click();
  const shown = () => page.evaluate(() => [getComputedStyle(document.documentElement).fontSize, getComputedStyle(document.body).backgroundColor]);
  const [size, colour] = await shown();
  expect(Number.parseFloat(size)).toBe(32);
  expect(colour).toBe("rgb(13, 22, 24)");
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await page.addInitScript(() => {
    addEventListener("DOMContentLoaded", () => (window.atFirst = document.documentElement.dataset.theme));
  });
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
  expect(await page.evaluate(() => window.atFirst)).toBe("dark");
  expect(await shown()).toEqual([size, colour]);
  await expect(page.getByRole("radio", { name: "Dark" })).toBeChecked();
  await page.getByRole("group", { name: "Colours" }).getByText("Like the phone", { exact: true }).click();
  expect((await shown())[1]).not.toBe(colour);
  expect((await tablet.page.evaluate(() => document.documentElement.dataset.theme))).toBeUndefined();
});

for (const colorScheme of ["light", "dark"]) {
  test(`two devices that write one setting at once show both values, and she keeps one, ${colorScheme}`, async ({ server, openDevice, axe, shoot }) => {
    const { patient, phone, tablet } = await twoDevices(server, openDevice, { colorScheme, viewport: { width: 390, height: 844 } });
    for (const device of [phone, tablet]) await device.setOffline(true);
    await call(phone.page, "Jonas");
    await call(tablet.page, "Eva");
    for (const device of [phone, tablet]) await device.setOffline(false);
    for (const { page } of [phone, tablet]) {
      await expect(conflict(page)).toBeVisible();
      await expect(conflict(page).getByRole("radio")).toHaveCount(2);
    }
    const { page } = phone;
    expect(await axe(page)).toEqual([]);
    await shoot(page, `conflict-${colorScheme}`);
    await conflict(page).getByRole("radio", { name: /^Jonas/ }).check();
    await conflict(page).getByRole("button", { name: "Keep this one" }).click();
    for (const { page } of [phone, tablet]) await expect(conflict(page)).toBeHidden();
    await open(tablet.page);
    await expect(settings(tablet.page).getByLabel("Name", { exact: true })).toHaveValue("Jonas");
    expect(await axe(tablet.page)).toEqual([]);
    await shoot(tablet.page, `settings-${colorScheme}`);
    expect(ofType(await expectWhole(server, patient), "ModelChanged")).toHaveLength(3);
  });
}

test("two changes of a plan that do not know of each other are both shown, and the care team has to say", async ({ server, openDevice, axe }) => {
  const { patient, link } = await patientWith(server, { medicines: [medicine("Apixaban", clock())] });
  const { page } = await openDevice();
  await setUp(page, link);
  const [prescribed] = await untilLogged(server, patient, 1, "TreatmentPrescribed");
  const { treatment } = prescribed.data;
  for (const value of ["2", "3"]) {
    const data = JSON.stringify({ treatment, from: new Date().toISOString(), dose: { value, unit: "{tablet}" } });
    const about = ["--about", `treatment/${treatment}`, "--event-data", data];
    await server.cli("care", "record", "--patient", patient, "--type", "TreatmentChanged", "--version", "2026-11-25", ...about);
  }
  await expect(conflict(page)).toContainText("2 tablets");
  await expect(conflict(page)).toContainText("3 tablets");
  await expect(conflict(page)).toContainText("Your care team has to say which holds.");
  await expect(conflict(page).getByRole("radio")).toHaveCount(0);
  expect(await axe(page)).toEqual([]);
  await server.cli("care", "change", "--patient", patient, "--treatment", treatment, "--dose", "3", "--unit", "{tablet}");
  await expect(conflict(page)).toBeHidden();
});

test("a phone that was lost is removed by another of hers; without a network nothing changes and the sheet says so", async ({ server, openDevice, axe, shoot }) => {
  const { patient, phone, tablet } = await twoDevices(server, openDevice);
  const { page } = phone;
  await open(page);
  const devices = page.getByRole("region", { name: "Devices and people" }).getByRole("listitem");
  const other = devices.filter({ has: page.getByRole("button", { name: /^Remove/ }) });
  await expect(other).toHaveCount(1);
  await phone.setOffline(true);
  await other.getByRole("button").click();
  const sheet = page.getByRole("dialog");
  expect(await axe(page)).toEqual([]);
  await shoot(page, "remove");
  await sheet.getByRole("button", { name: "Remove it" }).click();
  await expect(sheet.getByText("There was no answer, so it is not known whether it was removed")).toBeVisible();
  await phone.setOffline(false);
  await sheet.getByRole("button", { name: "Remove it" }).click();
  await expect(sheet).toBeHidden();
  await expect(devices.filter({ hasText: "Removed" })).toHaveCount(1);
  await expect(page.getByRole("button", { name: /^Remove/ })).toHaveCount(0);
  const [said] = await untilLogged(server, patient, 1, "DeviceRevoked");
  expect(said.actor).toMatchObject({ role: "patient", name: "Marta" });
  await tablet.page.goto(server.origin);
  await expect(tablet.page.getByText("This phone was removed from the record")).toBeVisible();
});
