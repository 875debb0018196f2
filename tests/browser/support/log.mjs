// What a story asks of the log, and of a browser's complaints.
import { expect } from "@playwright/test";

import { until } from "./wait.mjs";

/** The events of these types, in the log's order. */
export const ofType = (events, ...types) => events.filter(({ type }) => types.includes(type));

/**
 * Every device's events are there once and in order of their sequence; what could not be logged left a place that an
 * EventUnreadable fills; and the log proves itself.
 */
export async function expectWhole(server, patient) {
  const events = await server.events(patient);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  const marks = {};
  let missing = 0;
  for (const { device, sequence } of events) {
    const steps = sequence - (marks[device] ?? 0);
    expect(steps, `${sequence} of ${device} comes after what was before it`).toBeGreaterThan(0);
    missing += steps - 1;
    marks[device] = sequence;
  }
  expect(missing).toBe(ofType(events, "EventUnreadable").length);
  expect(await server.verify(patient)).toMatchObject({ holds: true });
  return events;
}

/** Waits until the log has `count` events of these types, and gives them. */
export function untilLogged(server, patient, count, ...types) {
  return until(`${count} of ${types} in the log`, async () => {
    const found = ofType(await server.events(patient), ...types);
    return found.length >= count && found;
  });
}

/** Without what the browser itself says when a request has no answer or is refused, as a story wanted it. */
export const ofTheApp = (complaints) => complaints.filter((text) => !text.startsWith("Failed to load resource"));
