// What our device is measured against: IndexedDB with durability strict and plain fetch, by hand, as fast as it goes.
// Runs in the page.

const STORE = "events";

const opened = (request) => new Promise((ok, no) => ((request.onsuccess = () => ok(request.result)), (request.onerror = () => no(request.error))));
const completed = (tx) => new Promise((ok, no) => ((tx.oncomplete = ok), (tx.onabort = () => no(tx.error))));

export class Raw {
  /** Opens a new database. `device` names the rows. */
  static async open(name) {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE);
      request.result.createObjectStore("meta");
    };
    const raw = new Raw();
    raw.database = await opened(request);
    raw.device = crypto.randomUUID();
    raw.last = 0;
    return raw;
  }

  close() {
    this.database.close();
  }

  /** One row in one transaction; ends when it is on the disk. */
  async add(row) {
    const tx = this.database.transaction(STORE, "readwrite", { durability: "strict" });
    if (tx.durability !== "strict") throw new Error(`durability is ${tx.durability}`);
    tx.objectStore(STORE).add(row, [this.device, ++this.last]);
    tx.commit();
    await completed(tx);
  }

  /** All rows in one transaction. */
  async addAll(rows) {
    const tx = this.database.transaction(STORE, "readwrite", { durability: "strict" });
    const store = tx.objectStore(STORE);
    for (const row of rows) store.add(row, [this.device, ++this.last]);
    tx.commit();
    await completed(tx);
  }

  /** Sends every row, a batch of 1,000 a request, and marks each batch as sent. */
  async push(stream) {
    for (let sent = 0; sent < this.last; ) {
      const range = IDBKeyRange.bound([this.device, sent], [this.device, Infinity], true);
      const rows = await opened(this.database.transaction(STORE).objectStore(STORE).getAll(range, 1_000));
      const records = rows.map(({ header, body, previous }, index) => ({
        header,
        body: body.toBase64(BASE64),
        link: { device: this.device, sequence: sent + index + 1, previous: previous.toBase64(BASE64) },
      }));
      const answer = await fetch(`/raw/${stream}`, { method: "POST", body: JSON.stringify(records) });
      if (!answer.ok) throw new Error(`the raw server says ${answer.status}`);
      sent += rows.length;
      const tx = this.database.transaction("meta", "readwrite", { durability: "relaxed" });
      tx.objectStore("meta").put(sent, "sent");
      await completed(tx);
    }
  }

  /** Fetches every row of a stream, 1,000 a request, and stores each batch; how many there were. */
  async pull(stream) {
    let held = 0;
    for (;;) {
      const rows = await (await fetch(`/raw/${stream}?after=${held}`, { cache: "no-store" })).json();
      if (rows.length === 0) return held;
      const tx = this.database.transaction(STORE, "readwrite", { durability: "strict" });
      const store = tx.objectStore(STORE);
      for (const { header, body, link } of rows) {
        const row = { header, body: Uint8Array.fromBase64(body, BASE64), previous: Uint8Array.fromBase64(link.previous, BASE64) };
        store.put(row, [link.device, link.sequence]);
      }
      tx.commit();
      await completed(tx);
      held += rows.length;
    }
  }
}

/** A long log by hand: rows by month, the newest of which are read when it is opened. */
export class RawMonths {
  static #open(name) {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    return opened(request);
  }

  /** Puts a log there, in its order, at the rate of a history: 14 entries a day. */
  static async write(name, { headers, bodies }) {
    const database = await RawMonths.#open(name);
    const tx = database.transaction(STORE, "readwrite", { durability: "strict" });
    headers.forEach((header, n) => tx.objectStore(STORE).add({ header, body: bodies[n] }, [monthOf(n), n]));
    tx.commit();
    await completed(tx);
    database.close();
  }

  /** Opens it and reads the last two months, which a month's calendar shows; how many there were. */
  static async read(name, { headers, key, patient }) {
    const database = await RawMonths.#open(name);
    const range = IDBKeyRange.lowerBound([monthOf(headers.length - 1) - 1, 0]);
    const rows = await opened(database.transaction(STORE).objectStore(STORE).getAll(range));
    const log = { headers: rows.map(({ header }) => header), bodies: rows.map(({ body }) => body), key, patient };
    const read = await openAndParse(log, rows.length);
    database.close();
    return read;
  }
}

const monthOf = (n) => Math.floor(n / (14 * 30));

const BASE64 = { alphabet: "base64url", omitPadding: true };

/** Rows of that many bytes that no compression makes smaller, like sealed ones. */
export function rows(count, [header, body]) {
  return Array.from({ length: count }, () => ({
    header: crypto.randomUUID().repeat(Math.ceil(header / 36)).slice(0, header),
    body: crypto.getRandomValues(new Uint8Array(body)),
    previous: crypto.getRandomValues(new Uint8Array(32)),
  }));
}

/** Opens and parses the first `count` events of a log, and does nothing with them; how many objects there were. */
export async function openAndParse({ headers, bodies, key, patient }, count) {
  const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
  const [seal, decoder] = [new TextEncoder().encode("rivulet/seal/1\0"), new TextDecoder()];
  const context = (id) => {
    const bytes = new Uint8Array(seal.length + 32);
    bytes.set(seal);
    bytes.set(Uint8Array.fromHex(id.replaceAll("-", "")), seal.length);
    bytes.set(patient, seal.length + 16);
    return bytes;
  };
  const open = async (header, body) => {
    const { id } = JSON.parse(header);
    const params = { name: "AES-GCM", iv: body.subarray(0, 12), additionalData: context(id) };
    return JSON.parse(decoder.decode(await crypto.subtle.decrypt(params, imported, body.subarray(12))));
  };
  let objects = 0;
  for (let at = 0; at < count; at += 1_000) {
    const page = headers.slice(at, Math.min(at + 1_000, count)).map((header, n) => open(header, bodies[at + n]));
    objects += (await Promise.all(page)).length;
  }
  return objects;
}
