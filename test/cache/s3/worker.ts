/** Only its bucket is used, through the local S3 endpoint. */
export default {
  fetch: (): Response => new Response(null, { status: 404 }),
};
