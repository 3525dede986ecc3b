// @ts-check
import { followDownloads } from './download.client.js';
import { drawOutlines } from './outline.client.js';

drawOutlines(document);
followDownloads(document);
