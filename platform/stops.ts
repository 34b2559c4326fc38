/** What was started, to be stopped in the opposite order. */
export type Stop = () => Promise<void> | void

/** Stops what is in the list, the last first, and empties it. */
export async function stopAll(stops: Stop[]): Promise<void> {
  for (let next = stops.pop(); next; next = stops.pop()) await next()
}
