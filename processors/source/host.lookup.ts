/** Gives the IP addresses of a host name. */
export type Lookup = (host: string) => Promise<string[]>;

/** Asks the system's resolver, which is loaded with the first question: processes that read local files need none. */
export const systemLookup: Lookup = async (host) => {
  const { lookup } = await import('node:dns/promises');
  return (await lookup(host, { all: true })).map(({ address }) => address);
};
