// @ts-check
import { followJob } from './download.client.js';

const job = document.getElementById('job');
const address = job?.dataset['job'];
const clip = job?.dataset['clip'];
const status = job?.querySelector('[role=status]')?.parentElement;

if (address !== undefined && clip !== undefined && status instanceof HTMLElement) {
  followJob(address, status).then(
    () => {
      status.textContent = 'The clip is ready. The download has started.';
      location.assign(clip);
    },
    (error) => {
      status.textContent = error instanceof Error ? error.message : String(error);
    },
  );
}
