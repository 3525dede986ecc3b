declare module 'robust-predicates' {
  /**
   * The sign tells on which side of the line from a to b the point c lies, exactly: negative when the three turn
   * counter-clockwise (with y upwards), positive when clockwise, 0 when they are collinear.
   */
  export function orient2d(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number;
}
