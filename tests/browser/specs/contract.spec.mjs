// What the browser's store, keys, transport and tabs must do, in a real one, on a profile on disk.
import { readFile } from "node:fs/promises";

import { expect, test } from "../fixtures.mjs";
import { distTest } from "../support/paths.mjs";

const vectors = new URL("../../vectors/record.json", import.meta.url);

/** Calls an exported function of tests/examples/browser_contract.rs in the page. */
function call(page, name, ...args) {
  return page.evaluate(
    async ([name, args]) => {
      const contract = await import("/browser_contract.js");
      await contract.default({ module_or_path: "/browser_contract_bg.wasm" });
      const answer = await contract[name](...args);
      return answer instanceof Uint8Array ? [...answer] : answer;
    },
    [name, args],
  );
}

test.beforeEach(async ({ openDevice, staticServer }, info) => {
  info.server = await staticServer(distTest);
  info.device = await openDevice();
  await info.device.page.goto(info.server.origin);
});

test.afterEach(({}, info) => expect(info.device.complaints).toEqual([]));

test("the store in IndexedDB keeps every rule of the contract", async ({}, info) => {
  const kept = await call(info.device.page, "store_rules", "rules");
  expect(kept.length).toBeGreaterThanOrEqual(27);
  expect(new Set(kept).size).toBe(kept.length);
});

test("what a person records is written strictly, what can be pulled again is not", async ({}, info) => {
  expect(await call(info.device.page, "durabilities", "durability")).toEqual(["strict", "relaxed", "strict"]);
});

test("a lost connection is opened again", async ({}, info) => {
  expect(await call(info.device.page, "rows_after_a_lost_connection", "lost")).toBe(2);
});

test("an old tab makes way for a newer version of the database and says so", async ({}, info) => {
  const seen = await info.device.page.evaluate(async () => {
    const { default: init, OpenStore } = await import("/browser_contract.js");
    await init({ module_or_path: "/browser_contract_bg.wasm" });
    const store = await OpenStore.open("versions");
    const before = await store.add(1);
    await new Promise((resolve, reject) => {
      const request = indexedDB.open("versions", 2);
      request.onsuccess = resolve;
      request.onerror = reject;
    });
    const after = [store.notice(), await store.add(2)];
    return [before, ...after, await OpenStore.open("versions").catch(String)];
  });
  expect(seen).toEqual(["Saved", "Outdated", "Closed", expect.stringContaining("close other tabs")]);
});

test("a full disk is told as such, and there is room again after it was made", async ({}, info) => {
  const { page, context } = info.device;
  const cdp = await context.newCDPSession(page);
  const quota = (quotaSize) => cdp.send("Storage.overrideQuotaForOrigin", { origin: info.server.origin, quotaSize });
  await quota(300_000);
  const seen = await page.evaluate(async () => {
    const { default: init, OpenStore } = await import("/browser_contract.js");
    await init({ module_or_path: "/browser_contract_bg.wasm" });
    window.store = await OpenStore.open("full");
    for (let number = 1; number < 3000; number++) {
      const added = await store.add(number);
      if (added !== "Saved") return [number, added];
    }
  });
  expect(seen).toEqual([expect.any(Number), "Full"]);
  await quota(undefined);
  expect(await page.evaluate((number) => window.store.add(number), seen[0])).toBe("Saved");
});

test("without a database everything goes on in memory, and is called volatile", async ({}, info) => {
  const { page } = info.device;
  await page.addInitScript(() => Object.defineProperty(window, "indexedDB", { get: () => undefined }));
  await page.reload();
  expect(await call(page, "storage", "none")).toBe("Volatile");
});

test("the record's published vectors hold in the browser's build", async ({}, info) => {
  expect(await call(info.device.page, "record_vectors", await readFile(vectors, "utf8"))).toBeGreaterThan(50);
});

test("WebCrypto and the native keys read each other", async ({}, info) => {
  await call(info.device.page, "keys_agree");
});

test("an enrolment goes on with the same key after the browser was closed", async ({}, info) => {
  const { device, server } = info;
  const again = async () => (await device.close(), await (await device.reopen()).goto(server.origin));
  const spki = await call(device.page, "begin_enrolment", "enrol", "code");
  await again();
  expect(await call(device.page, "begin_enrolment", "enrol", "code")).toEqual(spki);
  expect(await call(device.page, "begin_enrolment", "other", "code")).not.toEqual(spki);
  await call(device.page, "finish_enrolment", "enrol");
  await again();
  expect(await call(device.page, "enrolled", "enrol")).toEqual(spki);
});

test("a browser that enrols anew takes its rows along in one step, or stays who it was", async ({}, info) => {
  await call(info.device.page, "begin_enrolment", "enrol", "code");
  await call(info.device.page, "finish_enrolment", "enrol");
  await call(info.device.page, "enrol_again", "enrol");
  await call(info.device.page, "enrolled", "enrol");
});

test("keys cannot be read from the database", async ({}, info) => {
  await call(info.device.page, "begin_enrolment", "enrol", "code");
  await call(info.device.page, "finish_enrolment", "enrol");
  const keys = await info.device.page.evaluate(async () => {
    const settled = (request) => new Promise((ok, no) => ((request.onsuccess = () => ok(request.result)), (request.onerror = no)));
    const database = await settled(indexedDB.open("enrol"));
    const keys = await settled(database.transaction("keys").objectStore("keys").getAll());
    return keys.map(({ type, extractable, algorithm }) => `${algorithm.name} ${type} ${extractable}`);
  });
  expect(keys.sort()).toEqual(["AES-GCM secret false", "ECDSA private false"]);
});

test("a request carries its signature and nothing else, and ends at its time limit", async ({}, info) => {
  const { page } = info.device;
  let seen;
  await page.route("**/v1/push", (route) => {
    seen = route.request();
    return route.fulfill({ status: 202, body: "thanks" });
  });
  expect(await call(page, "send", '{"é":1}', 5000)).toBe("202 thanks");
  const headers = await seen.allHeaders();
  expect(seen.postData()).toBe('{"é":1}');
  expect(headers["content-digest"]).toMatch(/^sha-256=:[\w+/=]{44}:$/);
  expect(headers["signature-input"]).toMatch(/^rivulet=\("@method" .*;alg="ecdsa-p256-sha256"$/);
  expect(headers.signature).toMatch(/^rivulet=:[\w+/=]{88}:$/);
  expect(headers.cookie).toBeUndefined();
  await page.unroute("**/v1/push");
  await page.route("**/v1/push", () => {}); // never answered
  expect(await call(page, "send", "{}", 50)).toBe("no answer from the server: none within 50 ms");
});

test("one tab leads, another takes over when it goes, and hints reach the others", async ({}, info) => {
  const { device, server } = info;
  const join = (page) =>
    page.evaluate(async () => {
      const { default: init, Tab } = await import("/browser_contract.js");
      await init({ module_or_path: "/browser_contract_bg.wasm" });
      window.tab = new Tab("tabs");
    });
  const first = device.page;
  await join(first);
  await first.waitForFunction(() => window.tab.leads());
  const second = await device.context.newPage();
  await second.goto(server.origin);
  await join(second);
  await first.evaluate(() => window.tab.hint());
  await second.waitForFunction(() => window.tab.heard() === 1);
  expect(await second.evaluate(() => window.tab.leads())).toBe(false);
  expect(await first.evaluate(() => window.tab.heard())).toBe(0);
  // A page that is put aside lets go, and asks again when it comes back.
  await first.evaluate(() => window.dispatchEvent(new Event("pagehide")));
  await second.waitForFunction(() => window.tab.leads());
  expect(await first.evaluate(() => window.tab.leads())).toBe(false);
  await first.evaluate(() => window.dispatchEvent(new Event("pageshow")));
  await second.evaluate(() => window.dispatchEvent(new Event("pagehide")));
  await first.waitForFunction(() => window.tab.leads());
  await second.evaluate(() => window.dispatchEvent(new Event("pageshow")));
  await first.goto("about:blank");
  await second.waitForFunction(() => window.tab.leads());
});
