import type { ReadStatistics } from '../../cache/range.ts';
import { Problem } from '../../cache/problem.ts';
import { quoted } from '../../cache/ids.ts';
import { isPublicHost } from './address.ts';
import type { SourceContext } from './context.ts';
import { Exchange, type Sending } from './http.exchange.ts';
import { shownHref } from './href.shown.ts';
import { TransientFault } from './retry.ts';

/** Headers that authenticate a GET of a URL. */
export type Signer = (url: URL) => Promise<Readonly<Record<string, string>>>;

const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308]);
/** What an address answers that a redirect led to and that has expired, as signed addresses do. */
const EXPIRED_STATUSES = new Set([400, 401, 403, 404, 410]);

/** Sends GETs for one file, following redirects or signing requests. */
export class HttpClient {
  private readonly url: URL;
  private readonly signer: Signer | null;
  private readonly context: SourceContext;
  private readonly sending: Sending;
  /** Where redirects led to: asked directly from then on. */
  private resolved: URL;

  constructor(url: URL, signer: Signer | null, context: SourceContext, statistics: ReadStatistics) {
    this.url = url;
    this.resolved = url;
    this.signer = signer;
    this.context = context;
    this.sending = { send: context.send, limits: context.limits, statistics };
  }

  /**
   * The reply to a GET of the file, after redirects.
   * @throws {Problem} `source-unavailable` for a redirect that is not followed.
   * @throws {TransientFault} as {@link Exchange.get} does.
   */
  async get(headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Exchange> {
    const start = this.resolved;
    const exchange = await this.follow(start, headers, signal);
    if (start === this.url || !EXPIRED_STATUSES.has(exchange.status)) return exchange;
    exchange.discard();
    return this.follow(this.url, headers, signal);
  }

  private async follow(start: URL, given: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Exchange> {
    let url = start;
    for (let hops = 0; ; hops += 1) {
      const headers = { ...given, ...(await this.signer?.(url)) };
      const exchange = await Exchange.get(url, headers, this.sending, signal);
      if (!REDIRECT_STATUSES.has(exchange.status)) {
        this.resolved = url;
        return exchange;
      }
      exchange.discard();
      url = await this.next(url, exchange, hops);
    }
  }

  private async next(from: URL, { status, headers }: Exchange, hops: number): Promise<URL> {
    const shown = shownHref(this.url.href);
    const refuse = (why: string): Problem =>
      new Problem('source-unavailable', `${shown} cannot be read: the server redirects (status ${status}) ${why}.`);
    if (this.signer !== null) throw refuse('a signed request; set the endpoint and region of the bucket');
    if (hops >= this.context.limits.redirects) throw refuse(`more than ${this.context.limits.redirects} times`);
    const location = headers.get('location') ?? '';
    if (location === '' || !URL.canParse(location, from.href)) throw refuse(`to ${quoted(location)}, which is no URL`);
    const url = new URL(location, from);
    const allowed = this.context.schemes.some((scheme) => `${scheme}:` === url.protocol);
    if (!allowed || !/^https?:$/.test(url.protocol)) throw refuse(`to a ${url.protocol} address, which is not allowed`);
    if (url.username !== '' || url.password !== '') throw refuse('to an address with a user name in it');
    if (await this.leavesPublic(from, url)) throw refuse('from the public internet to a private address');
    return url;
  }

  /** Whether a public server leads into the network that this program runs in. A private one may: it is of that network. */
  private async leavesPublic(from: URL, to: URL): Promise<boolean> {
    if (from.hostname === to.hostname) return false;
    const { lookup } = this.context;
    try {
      return !(await isPublicHost(to, lookup)) && (await isPublicHost(from, lookup));
    } catch (error) {
      throw new TransientFault(`the host ${to.hostname} was not found`, { cause: error });
    }
  }
}
