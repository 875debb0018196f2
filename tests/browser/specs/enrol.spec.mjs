// Setting a phone up: by the link, by a pasted code, and when that does not go well.
import { expect, test } from "../fixtures.mjs";
import { ofTheApp } from "../support/log.mjs";
import { clock, medicine, patientWith, setUp } from "../support/plan.mjs";

test("a link sets the phone up, and its code leaves the address at once", async ({ server, openDevice, shoot }) => {
  const { link } = await patientWith(server, { medicines: [medicine("Dexamethasone", clock())] });
  const { page, complaints } = await openDevice();
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 1, name: "You are invited to Rivulet" })).toBeVisible();
  expect(page.url()).not.toContain(new URL(link).hash);
  await shoot(page, "enrol-phone-light");
  await page.getByRole("button", { name: "Set up this phone" }).click();
  await expect(page.getByRole("button", { name: "Take Dexamethasone now" })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe("/");
  expect(complaints).toEqual([]);
});

test("a pasted link sets the phone up; what is no code is told so", async ({ server, openDevice }) => {
  const { link } = await patientWith(server);
  const { page } = await openDevice();
  await page.goto(server.origin);
  const field = page.getByLabel("Link or code");
  await field.fill("K7QM 3XO1");
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("alert")).toContainText("not an invitation yet");
  await expect(field).toBeFocused();
  await field.fill(link);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Nothing more is planned today")).toBeVisible();
});

test("a used and an unknown invitation are told apart", async ({ server, openDevice }) => {
  const { link } = await patientWith(server);
  const first = await openDevice();
  await setUp(first.page, link);
  const { page } = await openDevice();
  await page.goto(link);
  await page.getByRole("button", { name: "Set up this phone" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "This invitation was used already" })).toBeVisible();
  await expect(page.getByText("Each one works once, for one phone or browser.")).toBeVisible();
  await expect(page.getByText("Ask your care team for a new one.")).toBeVisible();
  await page.getByRole("button", { name: "I have another invitation" }).click();
  await page.getByLabel("Link or code").fill("A".repeat(22));
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("alert")).toContainText("not known");
});

test("an expired invitation says so, also after a reload, and another one sets the phone up", async ({ server, openDevice, axe }) => {
  const { patient } = await patientWith(server);
  const expired = await server.invite(patient, "--valid-hours", "0");
  const { page, complaints } = await openDevice();
  await page.goto(expired.link);
  await page.getByRole("button", { name: "Set up this phone" }).click();
  const heading = page.getByRole("heading", { level: 1, name: "This invitation has expired" });
  await expect(heading).toBeFocused();
  await expect(page.getByText("Invitations are short on purpose")).toBeVisible();
  await expect(page.getByText("Ask your care team for a new one.")).toBeVisible();
  expect(await axe(page)).toEqual([]);
  await page.reload();
  await expect(page.getByLabel("Link or code"), "the code was forgotten").toBeVisible();

  await page.goto(expired.link);
  await page.getByRole("button", { name: "Set up this phone" }).click();
  await page.getByRole("button", { name: "I have another invitation" }).click();
  await page.getByLabel("Link or code").fill((await server.invite(patient)).link);
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByText("Nothing more is planned today")).toBeVisible();
  expect(ofTheApp(complaints)).toEqual([]);
});

test("without an answer it is asked again by itself, with the same key", async ({ server, openDevice }) => {
  const { link } = await patientWith(server);
  const device = await openDevice();
  const { page } = device;
  await page.goto(link);
  const start = page.getByRole("button", { name: "Set up this phone" });
  await expect(start).toBeVisible();
  await server.kill();
  await start.click();
  await expect(page.getByRole("heading", { level: 1, name: "No network yet" })).toBeVisible();
  await server.start();
  await expect(page.getByText("Nothing more is planned today")).toBeVisible();
});

test("a phone that is set up keeps its invitation unused", async ({ server, openDevice }) => {
  const { patient, link } = await patientWith(server);
  const { page } = await openDevice();
  await setUp(page, link);
  const another = await server.invite(patient);
  await page.goto(another.link);
  await expect(page.getByRole("heading", { level: 1, name: "This phone is set up already" })).toBeVisible();
  const second = await openDevice();
  await setUp(second.page, another.link);
});
