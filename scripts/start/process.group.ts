/** A killed process is gone at once unless it waits for a disk; one that nobody reaps stays in the list for ever. */
const GONE_TIMEOUT_MS = 2_000;
const GONE_POLL_MS = 25;

/** Sends a signal to all processes of a group; does nothing when there are none. */
export function signalGroup(groupId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-groupId, signal);
  } catch {
    // The group is gone already.
  }
}

/** Kills what is left of a group, also when its leader is gone, and waits until its ports and files are free. */
export async function endGroup(groupId: number): Promise<void> {
  signalGroup(groupId, 'SIGKILL');
  const deadlineMs = performance.now() + GONE_TIMEOUT_MS;
  while (hasMembers(groupId) && performance.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, GONE_POLL_MS));
  }
}

function hasMembers(groupId: number): boolean {
  try {
    process.kill(-groupId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
