// Sending what was written offline, and a fresh device that fetches a history, beside plain fetch loops.
import { line, percentile } from "./figures.mjs";

/** Entries written offline, until they are durable at the server and marked as sent. */
export async function push(stage, { turns: rounds, bulk: count }) {
  const turns = [];
  for (let round = 0; round <= rounds; round++) {
    const code = await stage.code();
    const size = await stage.ours.evaluate(async ([code, count, round]) => {
      window.phone = await Phone.enrol(`push-${round}`, code);
      await phone.sync();
      phone.rest();
      await Promise.all(Array.from({ length: count / 1_000 }, () => phone.record(1_000)));
      return phone.row_bytes();
    }, [code, count, round]);
    await stage.raw.evaluate(async ([count, size, round]) => {
      window.raw = await Raw.open(`push-${round}`);
      await raw.addAll(makeRows(count, size));
    }, [count, size, round]);
    const ours = await stage.ours.evaluate(async () => {
      const before = performance.now();
      await phone.push();
      const took = performance.now() - before;
      phone.close();
      return took;
    });
    const raw = await stage.raw.evaluate(async (stream) => {
      const before = performance.now();
      await window.raw.push(stream);
      const took = performance.now() - before;
      window.raw.close();
      return took;
    }, `push-${round}`);
    turns.push([ours, raw]);
  }
  return [line(`push ${count}`, turns.slice(1), 1.8)];
}

/** A fresh device of a patient with two years of entries: opened, folded, durable; and until today may be judged. */
export async function pull(stage, { turns: rounds, bulk: count }) {
  const patient = await stage.history(count);
  const size = await pageSize(stage, patient);
  await stage.raw.evaluate(async ([count, size]) => {
    const raw = await Raw.open("history");
    await raw.addAll(makeRows(count, size));
    await raw.push("history");
    raw.close();
  }, [count, size]);
  const [turns, todays] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    const code = await stage.code(patient);
    const ours = await stage.ours.evaluate(async ([code, count, round]) => {
      const phone = await Phone.enrol(`pull-${round}`, code);
      const durable = await Raw.open(`pull-end-${round}`);
      const before = performance.now();
      await phone.pull_today();
      const today = performance.now() - before;
      await phone.sync();
      // Pages are stored relaxed, for they can be fetched again: a strict write behind them puts them on the disk.
      await durable.add(0);
      const whole = performance.now() - before;
      if (phone.entries() < count) throw new Error(`only ${phone.entries()} of ${count} are there`);
      phone.close();
      durable.close();
      return { today, whole };
    }, [code, count, round]);
    const raw = await stage.raw.evaluate(async ([count, round]) => {
      const raw = await Raw.open(`pull-${round}`);
      const before = performance.now();
      const held = await raw.pull("history");
      const took = performance.now() - before;
      if (held !== count) throw new Error(`only ${held} of ${count} are there`);
      raw.close();
      return took;
    }, [count, round]);
    turns.push([ours.whole, raw]);
    todays.push(ours.today);
  }
  const today = Math.round(percentile(todays.slice(1), 0.5));
  return [
    line(`pull ${count} to a fresh device`, turns.slice(1), 1.2),
    { name: "today's view usable on a fresh device", unit: "ms", ours: today, baseline: null, ratio: null, bar: 300, met: today <= 300 },
  ];
}

/** Header and body bytes of a history's entry, as the server's command prints them. */
async function pageSize(stage, patient) {
  const code = await stage.code(patient);
  return stage.ours.evaluate(async (code) => {
    const phone = await Phone.enrol("size", code);
    await phone.record(1);
    phone.close();
    return phone.row_bytes();
  }, code);
}
