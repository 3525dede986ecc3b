/** Engines and the files they make. */
export const ENGINES = {
  cog: { extension: 'tif', mediaType: 'image/tiff; application=geotiff; profile=cloud-optimized', format: 'GeoTIFF' },
  flatgeobuf: { extension: 'fgb', mediaType: 'application/vnd.flatgeobuf', format: 'FlatGeobuf' },
} as const;
export type EngineName = keyof typeof ENGINES;
