// Figures of what was measured in turns, ours and raw: medians, and the median of the turns' own ratios, so that a
// machine that is busy for a while is busy for both.

/** The value below which `share` of the values lie. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

const rounded = (value) => Math.round(value * 1_000) / 1_000;

/**
 * A line of the report; `turns` are `[ours, raw]` in milliseconds, less is better.
 */
export function line(name, turns, bar, { share = 0.5, of = "turns" } = {}) {
  const ours = percentile(turns.map(([ours]) => ours), share);
  const raw = percentile(turns.map(([, raw]) => raw), share);
  const ratio = of === "turns" ? percentile(turns.map(([ours, raw]) => ours / raw), 0.5) : ours / raw;
  return { name, unit: "ms", ours: rounded(ours), baseline: rounded(raw), ratio: rounded(ratio), bar, met: ratio <= bar };
}

/** The same as events a second, more is better, for what has no bar. */
export function rate(name, turns, events) {
  const perSecond = (ms) => Math.round((events / ms) * 1_000);
  const [ours, raw] = [0, 1].map((side) => perSecond(percentile(turns.map((turn) => turn[side]), 0.5)));
  const ratio = percentile(turns.map(([ours, raw]) => raw / ours), 0.5);
  return { name, unit: "events/s", ours, baseline: raw, ratio: rounded(ratio), bar: null, met: null };
}
