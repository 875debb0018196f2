// A day without the hospital: what is logged stays on the phone and comes into the log later, in order, once.
import { expect, test } from "../fixtures.mjs";
import { expectWhole, ofTheApp, ofType } from "../support/log.mjs";
import { clock, medicine, patientWith, setUp } from "../support/plan.mjs";
import { finish, rowOf, section, take } from "../support/today.mjs";

const MEDICINES = ["Apixaban", "Bisoprolol", "Dexamethasone", "Metformin", "Pantoprazole"];
const TASKS = ["Weigh yourself", "Take your temperature"];
const LOGGED = [...MEDICINES, ...TASKS];

const FAULTS = {
  "the network is off": {
    fail: ({ device }) => device.setOffline(true),
    mend: ({ device }) => device.setOffline(false),
  },
  "the server is gone": {
    fail: ({ server }) => server.kill(),
    mend: async ({ server, device }) => {
      await server.start();
      // A person who looks again need not wait for the next try.
      await device.page.reload();
    },
  },
};

for (const [fault, { fail, mend }] of Object.entries(FAULTS)) {
  test(`while ${fault}, five doses and two tasks outlive reload and closing; then they are in the log in order, once`, async ({
    server,
    openDevice,
  }) => {
    const medicines = MEDICINES.map((name) => medicine(name, clock()));
    const { patient, link } = await patientWith(server, { medicines, tasks: TASKS });
    const device = await openDevice();
    await setUp(device.page, link);
    await expect(section(device.page, "Any time today").getByRole("listitem")).toHaveCount(TASKS.length);
    await device.readyForOffline();

    await fail({ server, device });
    await device.page.reload();
    for (const name of MEDICINES) await take(device.page, name).click();
    for (const title of TASKS) await finish(device.page, title).click();
    await expectAll(device.page, "Saved on this phone");
    await device.page.reload();
    await expectAll(device.page, "Saved on this phone");

    await device.close();
    await device.reopen();
    if (fault === "the network is off") await device.setOffline(true);
    await device.page.goto(server.origin);
    await expectAll(device.page, "Saved on this phone");

    await mend({ server, device });
    await expectAll(device.page, "In your record");
    const events = await expectWhole(server, patient);
    const [{ device: phone }] = ofType(events, "MedicineTaken");
    const own = events.filter((event) => event.device === phone);
    expect(own.map(({ type }) => type)).toEqual([...MEDICINES.map(() => "MedicineTaken"), ...TASKS.map(() => "TaskCompleted")]);
    expect(new Set(own.map(({ about }) => about[0])).size).toBe(LOGGED.length);
    expect(ofTheApp(device.complaints)).toEqual([]);
  });
}

async function expectAll(page, place) {
  await expect(section(page, "Done").getByRole("listitem")).toHaveCount(LOGGED.length);
  for (const name of LOGGED) await expect(rowOf(page, "Done", name)).toContainText(place);
}
