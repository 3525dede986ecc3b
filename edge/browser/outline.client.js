// @ts-check

const SVG = 'http://www.w3.org/2000/svg';
/** Size of the drawing; vertices nearer than half a unit to the one before are left out. */
const SIZE = 320;
const MARGIN = 8;
const STEP_MIN = 0.5;

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
  figure.replaceChildren(svgOf(pathOf(geometry.coordinates), `Outline of ${name}`));
}

/**
 * @param {string} path
 * @param {string} label
 */
function svgOf(path, label) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${SIZE} ${SIZE}`);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  const shape = document.createElementNS(SVG, 'path');
  shape.setAttribute('d', path);
  shape.setAttribute('fill-rule', 'evenodd');
  svg.append(shape);
  return svg;
}

/**
 * Path data of a multipolygon, plate carrée true at its middle latitude.
 * @param {number[][][][]} polygons
 */
function pathOf(polygons) {
  const rings = unwrap(polygons.flat());
  const [west, south, east, north] = boundsOf(rings);
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const width = (east - west) * squeeze || 1e-9;
  const height = north - south || 1e-9;
  const scale = (SIZE - 2 * MARGIN) / Math.max(width, height);
  const left = (SIZE - width * scale) / 2;
  const top = (SIZE - height * scale) / 2;
  return rings
    .map((ring) =>
      ringPath(ring.map(([x = 0, y = 0]) => [left + (x - west) * squeeze * scale, top + (north - y) * scale])),
    )
    .join('');
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
 * @param {number[][][]} rings
 * @returns {[number, number, number, number]}
 */
function boundsOf(rings) {
  /** @type {[number, number, number, number]} */
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
