// Recording, beside rows of the same bytes put by hand.
import { line } from "./figures.mjs";

/** One entry at a time: sealed, linked, strict. */
export async function one(stage, { entries }) {
  const code = await stage.code();
  const turns = await stage.ours.evaluate(async ([code, entries]) => {
    const phone = await Phone.enrol("one", code);
    await phone.record(1);
    const rows = makeRows(entries + 20, await phone.row_bytes());
    const raw = await Raw.open("one-raw");
    const timed = async (work) => {
      const before = performance.now();
      await work();
      return performance.now() - before;
    };
    const turns = [];
    for (const row of rows) {
      turns.push([await timed(() => phone.record(1)), await timed(() => raw.add(row))]);
    }
    phone.close();
    raw.close();
    return turns.slice(20); // the first ones warm up
  }, [code, entries]);
  return [
    line("record one, p50", turns, 1.15, { of: "all" }),
    line("record one, p95", turns, 1.15, { share: 0.95, of: "all" }),
  ];
}

/** Many entries at once. */
export async function bulk(stage, { turns: rounds, bulk: count }) {
  const turns = [];
  for (let round = 0; round <= rounds; round++) {
    const code = await stage.code();
    turns.push(await stage.ours.evaluate(async ([code, count, round]) => {
      const phone = await Phone.enrol(`bulk-${round}`, code);
      await phone.record(1);
      const rows = makeRows(count, await phone.row_bytes());
      const raw = await Raw.open(`bulk-raw-${round}`);
      const start = performance.now();
      // A thousand a call, all asked for at once: while the first are written, the next are sealed.
      await Promise.all(Array.from({ length: count / 1_000 }, () => phone.record(1_000)));
      const middle = performance.now();
      await raw.addAll(rows);
      const end = performance.now();
      phone.close();
      raw.close();
      return [middle - start, end - middle];
    }, [code, count, round]));
  }
  return [line(`record ${count} in bulk`, turns.slice(1), 1.2)];
}
