/**
 * Gives the memory of bytes back at once; they are empty afterwards. The garbage collector would let some 64 MiB of
 * arrays gather before it looks at them. The caller must be the only one that uses the buffer.
 */
export function releaseMemory({ buffer }: ArrayBufferView): void {
  // Node cuts small arrays from a pool of this size, which others hold too.
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) buffer.transfer(0);
}
