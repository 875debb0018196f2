// Folding a long log in the browser, beside opening and JSON.parse of the same bytes by hand.
import { rate } from "./figures.mjs";

/** Events that came after the checkpoint. */
const TAIL = 500;

export async function fold(stage, { turns: rounds, many }) {
  const half = many / 2;
  const turns = await stage.ours.evaluate(async ([many, half, tail, rounds]) => {
    const folding = await Folding.write(many);
    const log = { headers: folding.headers(), bodies: folding.bodies(), key: folding.key(), patient: folding.patient() };
    await folding.keep(half - tail);
    const timed = async (work, count) => {
      const before = performance.now();
      const held = await work();
      if (held !== count) throw new Error(`only ${held} of ${count} are there`);
      return performance.now() - before;
    };
    const turns = [];
    for (let round = 0; round <= rounds; round++) {
      turns.push({
        whole: [await timed(() => folding.fold(many), many), await timed(() => openAndParse(log, many), many)],
        resumed: [await timed(() => folding.resume(half - tail, half), half), await timed(() => openAndParse(log, half), half)],
      });
    }
    folding.free();
    return turns.slice(1); // the first one warms up
  }, [many, half, TAIL, rounds]);
  return [
    rate(`fold ${many} in the browser`, turns.map(({ whole }) => whole), many),
    rate(`${half} from a checkpoint and ${TAIL} after it, in the browser`, turns.map(({ resumed }) => resumed), half),
  ];
}
