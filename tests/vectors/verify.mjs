// The record format, a second time: written from the design's text alone, with Node's own crypto and no packages,
// so that a mistake in the Rust code cannot hide by being made on both sides. Usage: node verify.mjs [record.json]
import { createCipheriv, createDecipheriv, createECDH, createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

const HEADER_MAX = 1024;
const PLAINTEXT_MAX = 64 * 1024;
const PAD = 128;
const NONCE = 12;
const TAG = 16;

// --- encodings -------------------------------------------------------------------------------------------------

const ascii = (text) => Buffer.from(text, "latin1");
const utf8 = (text) => Buffer.from(text, "utf8");
const b64 = (bytes) => Buffer.from(bytes).toString("base64url");

/** Base64url, unpadded and canonical: what decodes must encode to the same text. */
function unb64(text) {
  if (typeof text !== "string" || !/^[A-Za-z0-9_-]*$/.test(text)) throw new Error("not base64url");
  const bytes = Buffer.from(text, "base64url");
  if (b64(bytes) !== text) throw new Error("not canonical base64url");
  return bytes;
}

function hash32(text) {
  const bytes = unb64(text);
  if (bytes.length !== 32) throw new Error("a hash has 32 bytes");
  return bytes;
}

function uuid(text) {
  if (typeof text !== "string" || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) {
    throw new Error("not a lower-case UUID with hyphens");
  }
  return Buffer.from(text.replaceAll("-", ""), "hex");
}

function hex64(text) {
  if (typeof text !== "string" || !/^[0-9a-f]{16}$/.test(text)) throw new Error("not 16 hex digits");
  return BigInt(`0x${text}`);
}

/** `sequence`, `ordinal`, `position`, milliseconds: JSON numbers below 2^53. */
function count(number) {
  if (!Number.isSafeInteger(number) || number < 0) throw new Error("not a whole number below 2^53");
  return BigInt(number);
}

/** Sequences and ordinals count from 1. */
function fromOne(number) {
  if (count(number) < 1n) throw new Error("counts from 1");
  return BigInt(number);
}

const u64 = (value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};
const hex16 = (value) => BigInt(value).toString(16).padStart(16, "0");
const refused = (attempt) => {
  try {
    attempt();
    return false;
  } catch {
    return true;
  }
};

// --- the record ------------------------------------------------------------------------------------------------

const H = (domain, ...parts) => createHash("sha256").update(Buffer.concat([ascii(domain), ...parts])).digest();
const bodyHash = (body) => H("rivulet/body/1\0", body);
const eventHash = (header) => H("rivulet/event/1\0", utf8(header));
const genesis = (patient, device, spki) => H("rivulet/device/1\0", uuid(patient), uuid(device), spki);
const linkHash = (patient, device, sequence, previous, event) =>
  H("rivulet/link/1\0", uuid(patient), uuid(device), u64(fromOne(sequence)), previous, event);
const streamHash = (patient, previous, ordinal, link, position, order, received) =>
  H("rivulet/stream/1\0", uuid(patient), previous ?? Buffer.alloc(32), u64(fromOne(ordinal)), link,
    u64(count(position)), u64(hex64(order)), u64(count(received)));
const shard = (patient) => H("rivulet/shard/1\0", uuid(patient))[0] >> 2;
const keyId = (key) => H("rivulet/key/1\0", key);
const hlc = (milliseconds, counter) => (count(milliseconds) << 16n) | BigInt(counter);

function order(recordedAt, receivedAt) {
  if (receivedAt === null) return recordedAt;
  const bound = hlc(receivedAt, 0xffff);
  return hex64(recordedAt) < bound ? recordedAt : hex16(bound);
}

function pad(plaintext) {
  const length = Math.ceil(plaintext.length / PAD) * PAD;
  if (length > PLAINTEXT_MAX) throw new Error("a body is at most 64 KiB");
  return Buffer.concat([plaintext, Buffer.alloc(length - plaintext.length, " ")]);
}

const sealed = (id, patient) => Buffer.concat([ascii("rivulet/seal/1\0"), uuid(id), uuid(patient)]);

function seal(key, nonce, id, patient, plaintext) {
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(sealed(id, patient));
  return Buffer.concat([nonce, cipher.update(pad(plaintext)), cipher.final(), cipher.getAuthTag()]);
}

function open(key, id, patient, body) {
  if (body.length < NONCE + TAG) throw new Error("too short for a body");
  const decipher = createDecipheriv("aes-256-gcm", key, body.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAAD(sealed(id, patient)).setAuthTag(body.subarray(-TAG));
  return Buffer.concat([decipher.update(body.subarray(NONCE, -TAG)), decipher.final()]);
}

function headVerifies(spki, patient, device, sequence, link, signature) {
  const key = createPublicKey({ key: spki, format: "der", type: "spki" });
  const signed = Buffer.concat([ascii("rivulet/head/1\0"), uuid(patient), uuid(device), u64(fromOne(sequence)), link]);
  return verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, signature);
}

/** Reads a header's known fields; unknown ones are let through. Throws for what is not a header of format 1. */
function readHeader(text) {
  if (utf8(text).length > HEADER_MAX) throw new Error("a header is at most 1 KiB");
  const header = JSON.parse(text);
  if (header === null || typeof header !== "object" || Array.isArray(header)) throw new Error("not an object");
  if (header.f !== 1) throw new Error("not format 1");
  for (const name of ["id", "patient", "device"]) uuid(header[name]);
  for (const name of ["key", "body"]) hash32(header[name]);
  hex64(header.recorded_at);
  if (typeof header.type !== "string") throw new Error("no type");
  if (!/^\d{4}-\d{2}-\d{2}$/.test(header.version)) throw new Error("a version is a date");
  if (header.class !== "standing" && header.class !== "occurrence") throw new Error("unknown class");
  return header;
}

// --- the checks ------------------------------------------------------------------------------------------------

const ENCODINGS = { base64url: unb64, hash: hash32, uuid, hex64, counter: count };
const tally = { passed: 0, failed: 0 };

function group(title, cases, check) {
  const before = { ...tally };
  const expect = (what, good) => {
    tally[good ? "passed" : "failed"] += 1;
    if (!good) console.log(`  FAILED ${title}: ${what}`);
  };
  if (!Array.isArray(cases) || cases.length === 0) expect("the file has no such vectors", false);
  for (const one of cases ?? []) {
    try {
      check(one, (good, what = "") => expect(`${one.name} ${what}`, good));
    } catch (error) {
      expect(`${one.name}: ${error.message}`, false);
    }
  }
  const failed = tally.failed - before.failed;
  console.log(`${failed === 0 ? "ok    " : "FAILED"} ${title}: ${tally.passed - before.passed} passed, ${failed} failed`);
}

/**
 * Whole records of one stream, in ordinal order: everything that a log's `verify` does, and the bodies opened. Keys of
 * devices come from the log itself, from what the server's own device (that of the first record) enrols.
 */
function checkLog(log, expect) {
  const [spki, heads] = [new Map(), new Map()];
  const server = log.records[0].record.link.device;
  let stream = null;
  for (const { record, event, link, plaintext } of log.records) {
    const header = readHeader(record.header);
    const { device, sequence, previous } = record.link;
    const say = `ordinal ${record.receipt.ordinal}`;
    const body = unb64(record.body);
    expect(header.patient === log.patient, `${say}: patient`);
    expect(b64(bodyHash(body)) === header.body, `${say}: the header names the body's hash`);
    expect(b64(keyId(unb64(log.key))) === header.key, `${say}: the header names the key`);
    const opened = open(unb64(log.key), header.id, header.patient, body);
    expect(opened.equals(pad(utf8(plaintext))), `${say}: opens to the padded plaintext`);
    expect(b64(eventHash(record.header)) === event, `${say}: event hash`);

    if (header.enrols && device === server) spki.set(header.enrols.device, unb64(header.enrols.spki));
    const head = heads.get(device) ?? { sequence: 0, link: genesis(log.patient, device, spki.get(device)) };
    expect(sequence === head.sequence + 1, `${say}: sequence`);
    expect(previous === b64(head.link), `${say}: previous`);
    const next = linkHash(log.patient, device, sequence, head.link, hash32(event));
    expect(b64(next) === link, `${say}: link`);
    heads.set(device, { sequence, link: next });
    if (header.fills && device === server) {
      const { fills } = header;
      expect(fills.sequence === (heads.get(fills.device)?.sequence ?? 0) + 1, `${say}: fills the next place`);
      heads.set(fills.device, { sequence: fills.sequence, link: hash32(fills.link) });
    }

    const r = record.receipt;
    expect(r.order === order(header.recorded_at, r.received_at), `${say}: order`);
    stream = streamHash(log.patient, stream, r.ordinal, next, r.position, r.order, r.received_at);
    expect(b64(stream) === r.stream, `${say}: stream`);
  }
  for (const { device, sequence, signature } of log.heads) {
    const head = heads.get(device);
    const holds = headVerifies(spki.get(device), log.patient, device, sequence, head.link, unb64(signature));
    expect(head.sequence === sequence && holds, `signed head of ${device}`);
  }
}

const path = process.argv[2] ?? new URL("record.json", import.meta.url);
const v = JSON.parse(readFileSync(path, "utf8"));

group("hybrid logical clock", v.hlc, (c, expect) => {
  expect(hex16(hlc(c.milliseconds, c.counter)) === c.hex, "formats");
  expect(hex64(c.hex) >> 16n === BigInt(c.milliseconds) && (hex64(c.hex) & 0xffffn) === BigInt(c.counter), "reads");
  expect(hex16(hex64(c.hex) + 1n) === c.next, "the counter carries into the milliseconds");
});
group("order", v.order, (c, expect) => expect(order(c.recorded_at, c.received_at) === c.order));
group("key id", v.key_id, (c, expect) => expect(b64(keyId(unb64(c.key))) === c.id));
group("shard", v.shard, (c, expect) => expect(shard(c.patient) === c.shard && c.shard < 64));
group("padding", v.padding, (c, expect) => {
  const text = Buffer.alloc(c.length, "x");
  expect(c.padded === null ? refused(() => pad(text)) : pad(text).length === c.padded);
});
group("seal and open", v.seal, (c, expect) => {
  const [key, nonce, text] = [unb64(c.key), unb64(c.nonce), utf8(c.plaintext)];
  expect(b64(seal(key, nonce, c.id, c.patient, text)) === c.body, "seals");
  expect(open(key, c.id, c.patient, unb64(c.body)).equals(pad(text)), "opens");
});
group("body hash", v.seal, (c, expect) => expect(b64(bodyHash(unb64(c.body))) === c.body_hash));
group("bodies that must not open", v.not_opening, (c, expect) => {
  expect(refused(() => open(unb64(c.key), c.id, c.patient, unb64(c.body))));
});
group("header and event hash", v.header, (c, expect) => {
  expect(utf8(c.header).length === c.length, "length in bytes");
  expect(b64(eventHash(c.header)) === c.event, "event hash");
  const header = readHeader(c.header);
  for (const [name, value] of Object.entries(c.fields)) expect(isDeepStrictEqual(header[name], value), name);
});
group("headers that must be refused", v.header_refused, (c, expect) => expect(refused(() => readHeader(c.header))));
group("encodings that must be refused", v.encoding_refused, (c, expect) => {
  expect(refused(() => ENCODINGS[c.kind](c.value)));
});
group("signing keys", v.device, (c, expect) => {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(unb64(c.private));
  expect(pair.getPublicKey().equals(unb64(c.spki).subarray(-65)), "public point");
  expect(createPublicKey({ key: unb64(c.spki), format: "der", type: "spki" })
    .export({ format: "der", type: "spki" }).equals(unb64(c.spki)), "SPKI is DER");
});
group("genesis", v.genesis, (c, expect) => {
  expect(b64(genesis(c.patient, c.device, unb64(c.spki))) === c.genesis);
});
group("link", v.link, (c, expect) => {
  expect(b64(linkHash(c.patient, c.device, c.sequence, hash32(c.previous), hash32(c.event))) === c.link);
});
group("stream", v.stream, (c, expect) => {
  const previous = c.previous === null ? null : hash32(c.previous);
  const hash = streamHash(c.patient, previous, c.ordinal, hash32(c.link), c.position, c.order, c.received_at);
  expect(b64(hash) === c.stream);
});
const head = (c) => headVerifies(unb64(c.spki), c.patient, c.device, c.sequence, hash32(c.link), unb64(c.signature));
group("head signature", v.head, (c, expect) => expect(head(c)));
group("head signatures that must be refused", v.head_refused, (c, expect) => {
  let good = false;
  try {
    good = head(c);
  } catch {
    // An unreadable signature is refused as much as a wrong one.
  }
  expect(!good);
});
group("log", v.log, checkLog);

console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;
