import type { Call } from '../call.ts';
import { homePage } from '../html/home.page.ts';

/** `GET /`: the page to find a boundary and download what there is for it. */
export async function getHome(call: Call): Promise<Response> {
  const { catalogue, boundaries } = await call.snapshot();
  return homePage(catalogue.datasets, boundaries.length);
}
