import type { FlightObject } from '../../../edge/flight.object.ts';

declare global {
  namespace Cloudflare {
    /** The Worker's own bindings, as wrangler.toml has them. */
    interface Env {
      STORE: R2Bucket;
      KV: KVNamespace;
      ASSETS: Fetcher;
      FLIGHTS: DurableObjectNamespace<FlightObject>;
    }
  }
}
