import { quoted } from '../../cache/ids.ts';
import type { BoundaryEntry } from '../../cache/catalogue.ts';
import { Problem } from '../../cache/problem.ts';
import { boundaryDocument } from '../boundary.document.ts';
import { searchBoundaries } from '../boundary.search.ts';
import type { Call } from '../call.ts';
import { jsonAnswer } from '../json.answer.ts';
import { pageOf } from '../paging.ts';

/** Longer than any name; keeps a search cheap. */
const NAME_CHARACTERS_MAX = 200;

/** `GET /boundaries/search?name=` or `?latitude=&longitude=`. */
export async function findBoundaries(call: Call): Promise<Response> {
  const { items, headers } = pageOf(await search(call), call.url);
  return jsonAnswer(call.request, items.map(boundaryDocument), { headers });
}

async function search(call: Call): Promise<BoundaryEntry[]> {
  const { searchParams } = call.url;
  const name = searchParams.get('name');
  const isPoint = searchParams.has('latitude') || searchParams.has('longitude');
  if (name !== null && isPoint) throw badSearch('Give either a name or a point, not both.');
  if (name !== null) return searchByName(call, name);
  if (!isPoint) throw badSearch('Give name=, or latitude= and longitude= in degrees.');
  const latitude = degrees(searchParams, 'latitude', 90);
  const longitude = degrees(searchParams, 'longitude', 180);
  return call.services.origin.boundariesAt(latitude, longitude);
}

async function searchByName(call: Call, name: string): Promise<BoundaryEntry[]> {
  if (name.length > NAME_CHARACTERS_MAX) throw badSearch(`The name has more than ${NAME_CHARACTERS_MAX} characters.`);
  return searchBoundaries((await call.snapshot()).boundaryIndex, name);
}

function degrees(parameters: URLSearchParams, name: string, limit: number): number {
  const text = parameters.get(name);
  if (text === null) throw badSearch(`${name} is missing. A point needs latitude= and longitude= in degrees.`);
  const value = /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  // The sum turns -0 into 0.
  if (Math.abs(value) <= limit) return value + 0;
  throw badSearch(`${name}=${quoted(text)} is not a number of degrees from -${limit} to ${limit}.`);
}

function badSearch(detail: string): Problem {
  return new Problem('invalid-request', detail);
}
