declare namespace Cloudflare {
  interface Env {
    TEST_BUCKET: R2Bucket;
    TEST_KV: KVNamespace;
  }
}
