// What the browser keeps, looked at from the page.

/** In the page: how many rows the browser keeps, keys included. */
export async function rowsLeft() {
  const settled = (request) => new Promise((ok, no) => ((request.onsuccess = () => ok(request.result)), (request.onerror = no)));
  if (!(await indexedDB.databases()).some(({ name }) => name === "rivulet")) return 0;
  const database = await settled(indexedDB.open("rivulet"));
  let rows = 0;
  for (const name of database.objectStoreNames) rows += await settled(database.transaction(name).objectStore(name).count());
  database.close();
  return rows;
}

/**
 * Lets the disk of one page be full and have room again: before the page is opened, `await fillable(page)`; then in it
 * `window.diskIsFull = true`.
 */
export const fillable = (page) =>
  page.addInitScript(() => {
    window.diskIsFull = false;
    const add = IDBObjectStore.prototype.add;
    IDBObjectStore.prototype.add = function (...row) {
      if (window.diskIsFull) throw new DOMException("the disk is full", "QuotaExceededError");
      return add.apply(this, row);
    };
  });
