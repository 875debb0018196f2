// Today, as a person finds her way on it.

/** A section by its title. */
export const section = (page, title) => page.getByRole("region", { name: title });

/** A row of a section that has this text. */
export const rowOf = (page, title, text) => section(page, title).getByRole("listitem").filter({ hasText: text });

/** The button that takes a medicine now. */
export const take = (page, name) => page.getByRole("button", { name: `Take ${name} now` });

/** The button that says that a task is done. */
export const finish = (page, title) => page.getByRole("button", { name: `Done: ${title}` });

/** Logs a dose by its sheet as taken yesterday at a time of the clock. */
export async function logYesterday(page, name, time) {
  await page.getByRole("button", { name: new RegExp(`^${name}`) }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("Taken at another time").check();
  await sheet.getByText("Yesterday", { exact: true }).click();
  await sheet.getByLabel("Time", { exact: true }).fill(time);
  await sheet.getByRole("button", { name: `Log it as taken yesterday at ${time}` }).click();
}

/** What is on the screen, as text. */
export const shown = (page) => page.locator("#main").innerText();
