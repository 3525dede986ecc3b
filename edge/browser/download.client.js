// @ts-check

/** How long a click may wait before progress is shown; most clips are made within it. */
const PATIENCE = 'wait=1';
const POLL_MS = 1000;

/**
 * Lets the links to clips show the progress of a clip that is still being made. Without scripts they are plain links.
 * @param {ParentNode} root
 */
export function followDownloads(root) {
  for (const link of root.querySelectorAll('a[data-clip]')) {
    if (link instanceof HTMLAnchorElement) link.addEventListener('click', (event) => onClick(event, link));
  }
}

/**
 * @param {MouseEvent} event
 * @param {HTMLAnchorElement} link
 */
function onClick(event, link) {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (link.getAttribute('aria-busy') === 'true') return;
  link.setAttribute('aria-busy', 'true');
  const status = statusBeside(link);
  void prepare(link, status)
    .catch((error) => status.replaceChildren(error instanceof Error ? error.message : String(error)))
    .finally(() => link.removeAttribute('aria-busy'));
}

/**
 * Asks for the clip and starts the download once it is there.
 * @param {HTMLAnchorElement} link
 * @param {HTMLElement} status
 */
async function prepare(link, status) {
  status.replaceChildren('Preparing …');
  const answer = await fetch(link.href, { method: 'HEAD', headers: { prefer: PATIENCE } });
  if (answer.status === 202) await followJob(answer.headers.get('location') ?? '', status);
  else if (!answer.ok) throw new Error(await reasonOf(link.href));
  status.replaceChildren('Download started.');
  showSize(link, answer.status === 200 ? answer.headers.get('content-length') : null);
  save(link);
}

/**
 * Shows the progress of a job until it has ended.
 * @param {string} address
 * @param {HTMLElement} status
 */
export async function followJob(address, status) {
  const progress = document.createElement('progress');
  progress.max = 100;
  const message = document.createElement('span');
  status.replaceChildren(progress, ' ', message);
  for (;;) {
    const answer = await fetch(address, { headers: { accept: 'application/json' } });
    const job = await answer.json();
    if (!answer.ok) throw new Error(job.detail ?? job.title);
    if (job.state === 'ready') return;
    if (job.state === 'failed') throw new Error(job.problem?.detail ?? job.message);
    progress.value = job.progress;
    message.textContent = job.message;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** @param {string} address */
async function reasonOf(address) {
  const answer = await fetch(address, { headers: { accept: 'application/json', prefer: 'respond-async' } });
  const problem = await answer.json();
  return `${problem.title}: ${problem.detail}`;
}

/**
 * Starts the browser's own download of a link.
 * @param {HTMLAnchorElement} link
 */
function save(link) {
  const plain = document.createElement('a');
  plain.href = link.href;
  plain.download = link.download;
  plain.click();
}

/**
 * @param {HTMLAnchorElement} link
 * @param {string | null} bytes
 */
function showSize(link, bytes) {
  const size = link.parentElement?.querySelector('[data-size]');
  if (size instanceof HTMLElement && bytes !== null && size.textContent === 'made on request') {
    size.textContent = `${Number(bytes).toLocaleString('en')} bytes`;
  }
}

/** @param {HTMLAnchorElement} link */
function statusBeside(link) {
  const known = link.parentElement?.querySelector('[role=status]');
  if (known instanceof HTMLElement) return known;
  const status = document.createElement('span');
  status.setAttribute('role', 'status');
  status.className = 'progress';
  link.after(status);
  return status;
}
