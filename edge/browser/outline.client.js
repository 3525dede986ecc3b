// @ts-check

const SVG = 'http://www.w3.org/2000/svg';
/** Longer side of the drawing; vertices nearer than half a unit to the one before are left out. */
const SIZE = 320;
const MARGIN = 8;
const STEP_MIN = 0.5;
/** A part is near when its distance is at most this share of the frame so far. */
const FRAME_REACH = 0.5;
/** Parts may be left out of the frame when they are at most this share of the framed ones. */
const LEFT_OUT_MAX = 0.25;

/** @typedef {[west: number, south: number, east: number, north: number]} Bounds */

/**
 * Draws the outline of each figure on the page that names a geometry.
 * @param {ParentNode} root
 */
export function drawOutlines(root) {
  for (const figure of root.querySelectorAll('figure[data-geometry]')) {
    if (figure instanceof HTMLElement) void drawOutline(figure);
  }
}

/** @param {HTMLElement} figure */
async function drawOutline(figure) {
  const { geometry: address = '', name = '' } = figure.dataset;
  const response = await fetch(address);
  if (!response.ok) return;
  const { geometry } = await response.json();
  figure.replaceChildren(svgOf(drawingOf(geometry.coordinates), `Outline of ${name}`));
}

/**
 * @param {ReturnType<typeof drawingOf>} drawing
 * @param {string} label
 */
function svgOf({ path, width, height }, label) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${width.toFixed(1)} ${height.toFixed(1)}`);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  const shape = document.createElementNS(SVG, 'path');
  shape.setAttribute('d', path);
  shape.setAttribute('fill-rule', 'evenodd');
  svg.append(shape);
  return svg;
}

/**
 * A multipolygon as path data and the size of its drawing, plate carrée true at its middle latitude.
 * @param {number[][][][]} polygons
 */
function drawingOf(polygons) {
  const rings = unwrap(polygons.flat());
  const [west, south, east, north] = boundsOf(mainParts(rings));
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const width = (east - west) * squeeze || 1e-9;
  const height = north - south || 1e-9;
  const scale = (SIZE - 2 * MARGIN) / Math.max(width, height);
  const place = (/** @type {number[]} */ [x = 0, y = 0]) => [
    MARGIN + (x - west) * squeeze * scale,
    MARGIN + (north - y) * scale,
  ];
  return {
    path: rings.map((ring) => ringPath(ring.map(place))).join(''),
    width: width * scale + 2 * MARGIN,
    height: height * scale + 2 * MARGIN,
  };
}

/**
 * Moves western longitudes behind the eastern ones where that makes a country on the antimeridian whole.
 * @param {number[][][]} rings
 */
function unwrap(rings) {
  const shifted = rings.map((ring) => ring.map(([x = 0, y = 0]) => [x < 0 ? x + 360 : x, y]));
  const widthOf = (/** @type {number[][][]} */ list) => {
    const [west, , east] = boundsOf(list);
    return east - west;
  };
  return widthOf(rings) > 180 && widthOf(shifted) < widthOf(rings) ? shifted : rings;
}

/**
 * The parts to frame: the largest and all that lie near, unless the country is scattered so widely that this would
 * leave much of it out. Far islands would make the rest too small to recognise.
 * @param {number[][][]} rings
 */
function mainParts(rings) {
  const parts = rings.map((ring) => ({ ring, box: boundsOf([ring]) }));
  const sizeOf = (/** @type {Bounds} */ [west, south, east, north]) => (east - west) * (north - south);
  parts.sort((a, b) => sizeOf(b.box) - sizeOf(a.box));
  const framed = parts.splice(0, 1);
  for (let near = framed; near.length > 0;) {
    const frame = boundsOf(framed.map(({ ring }) => ring));
    const reach = Math.max(frame[2] - frame[0], frame[3] - frame[1]) * FRAME_REACH;
    near = parts.filter(({ box }) => distance(frame, box) <= reach);
    for (const part of near) parts.splice(parts.indexOf(part), 1);
    framed.push(...near);
  }
  const sum = (/** @type {typeof parts} */ list) => list.reduce((total, { box }) => total + sizeOf(box), 0);
  return sum(parts) > sum(framed) * LEFT_OUT_MAX ? rings : framed.map(({ ring }) => ring);
}

/**
 * Degrees between two boxes along the axis on which they are further apart; 0 when they overlap.
 * @param {Bounds} a
 * @param {Bounds} b
 */
function distance(a, b) {
  return Math.max(a[0] - b[2], b[0] - a[2], a[1] - b[3], b[1] - a[3], 0);
}

/**
 * @param {number[][][]} rings
 * @returns {Bounds}
 */
function boundsOf(rings) {
  /** @type {Bounds} */
  const bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (const [x = 0, y = 0] of ring) {
      bounds[0] = Math.min(bounds[0], x);
      bounds[1] = Math.min(bounds[1], y);
      bounds[2] = Math.max(bounds[2], x);
      bounds[3] = Math.max(bounds[3], y);
    }
  }
  return bounds;
}

/** @param {number[][]} points */
function ringPath(points) {
  const [first = [0, 0]] = points;
  let [lastX = 0, lastY = 0] = first;
  let path = `M${lastX.toFixed(1)} ${lastY.toFixed(1)}`;
  let drawn = 0;
  for (const [x = 0, y = 0] of points) {
    if (Math.hypot(x - lastX, y - lastY) < STEP_MIN) continue;
    path += `L${x.toFixed(1)} ${y.toFixed(1)}`;
    drawn += 1;
    lastX = x;
    lastY = y;
  }
  // An island too small to see is drawn as a dot.
  return drawn < 2 ? `${path}h1v1h-1z` : `${path}z`;
}
