import { BlockList, isIPv6 } from 'node:net';
import type { Lookup } from './host.lookup.ts';

/**
 * Addresses that are not of the public internet (IANA special-purpose registries): this host, private, shared,
 * link-local with the metadata services of clouds, documentation, benchmarks, multicast, reserved.
 */
const RESERVED_SUBNETS: readonly [address: string, prefix: number, family: 'ipv4' | 'ipv6'][] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  // Carries any IPv4 address, so that of a private network too.
  ['64:ff9b::', 96, 'ipv6'],
  ['100::', 64, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];

const reserved = new BlockList();
for (const [address, prefix, family] of RESERVED_SUBNETS) reserved.addSubnet(address, prefix, family);

/** Whether an IP address belongs to the public internet. IPv4 addresses written as IPv6 are told too. */
export function isPublicAddress(address: string): boolean {
  return !reserved.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/**
 * Whether a host has public addresses only. A name that changes its address between this question and the
 * connection is not found out.
 */
export async function isPublicHost(url: URL, resolve: Lookup): Promise<boolean> {
  // A URL puts brackets around an IPv6 address.
  const addresses = await resolve(url.hostname.replace(/^\[|\]$/g, ''));
  return addresses.every(isPublicAddress);
}
