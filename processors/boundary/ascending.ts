/** Members up to which a list is sorted by insertion. */
const INSERTED_MAX = 128;

/** Sorts a list in place and drops what it has twice. */
export function sortWithoutRepeats(list: number[]): void {
  if (list.length > INSERTED_MAX) list.sort((a, b) => a - b);
  else insertionSort(list);
  let count = 0;
  for (let index = 0; index < list.length; index++) {
    const value = list[index] ?? 0;
    if (count === 0 || list[count - 1] !== value) list[count++] = value;
  }
  list.length = count;
}

/** Quicker than comparing by a function for short lists, whose runs are ascending already. */
function insertionSort(list: number[]): void {
  for (let index = 1; index < list.length; index++) {
    const value = list[index] ?? 0;
    let place = index;
    while (place > 0 && (list[place - 1] ?? 0) > value) {
      list[place] = list[place - 1] ?? 0;
      place--;
    }
    list[place] = value;
  }
}
