import type { FlightLock } from '../cache/flight.ts';
import type { FlightObject } from './flight.object.ts';

/** A lock of one Durable Object per key. */
export function durableFlights(namespace: DurableObjectNamespace<FlightObject>): FlightLock {
  return {
    claim: async (key, job) => namespace.getByName(key).claim(job),
    renew: async (key, token) => namespace.getByName(key).renew(token),
    release: async (key, token) => namespace.getByName(key).release(token),
    wait: async (key, timeoutMs) => namespace.getByName(key).wait(timeoutMs),
  };
}
