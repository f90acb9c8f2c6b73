type Less<T> = (a: T, b: T) => boolean;

/** Shorter runs are left to the insertion sort at the end. */
const THRESHOLD = 16;

function swap<T>(items: T[], a: number, b: number): void {
  const kept = items[a] as T;
  items[a] = items[b] as T;
  items[b] = kept;
}

/** Of three places, that of the middle item. */
function median<T>(items: readonly T[], a: number, b: number, c: number, less: Less<T>): number {
  const before = (i: number, j: number) => less(items[i] as T, items[j] as T);
  if (before(a, b)) return before(b, c) ? b : before(a, c) ? c : a;
  return before(a, c) ? a : before(b, c) ? c : b;
}

/** Splits [first, last) around the median of its second, middle and last item; returns where the upper part begins. */
function partition<T>(items: T[], first: number, last: number, less: Less<T>): number {
  swap(items, first, median(items, first + 1, first + ((last - first) >> 1), last - 1, less));
  const pivot = items[first] as T;
  let low = first + 1;
  let high = last;
  for (;;) {
    while (less(items[low] as T, pivot)) low++;
    high--;
    while (less(pivot, items[high] as T)) high--;
    if (low >= high) return low;
    swap(items, low, high);
    low++;
  }
}

function splitRuns<T>(items: T[], first: number, last: number, depth: number, less: Less<T>): void {
  let end = last;
  for (let left = depth; end - first > THRESHOLD && left > 0; left--) {
    const cut = partition(items, first, end, less);
    splitRuns(items, cut, end, left - 1, less);
    end = cut;
  }
}

function insertionSort<T>(items: T[], less: Less<T>): void {
  for (let i = 1; i < items.length; i++) {
    const item = items[i] as T;
    let place = i;
    while (place > 0 && less(item, items[place - 1] as T)) {
      items[place] = items[place - 1] as T;
      place--;
    }
    items[place] = item;
  }
}

/**
 * Sorts in place and leaves equal items in the order in which the reference daemon leaves them. It sorts with its C++ library's
 * introspective sort, which is not stable, and clients see the result; so the same quicksort steps are made here.
 */
export function unstableSort<T>(items: T[], less: Less<T>): void {
  if (items.length < 2) return;
  splitRuns(items, 0, items.length, 2 * (31 - Math.clz32(items.length)), less);
  insertionSort(items, less);
}
