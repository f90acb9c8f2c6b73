import { type Clock, type Log, randomBelow, secureRandomBytes } from "../../platform/index.ts";
import { DecodeError } from "../../protocol/bytes/index.ts";
import { AddressBook } from "./address-book.ts";
import { decodeAddressBook, encodeAddressBook } from "./address-file.ts";

const SAVE_INTERVAL_MILLIS = 15 * 60 * 1000;

/** Where an address book is kept over restarts. */
export interface AddressStore {
  /** Undefined if none was kept. */
  loadAddresses(): Uint8Array | undefined;
  saveAddresses(book: Uint8Array): void;
}

/** The address book that was kept, or a new one. @param now Unix seconds, adjusted to the peers */
export function loadAddressBook(store: AddressStore, log: Log, now: () => number): AddressBook {
  const kept = store.loadAddresses();
  const random = randomBelow;
  try {
    if (kept) return decodeAddressBook(kept, { now, random });
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    log.warn("the saved addresses of peers cannot be read and are forgotten", { error: error.message });
  }
  return new AddressBook({ key: secureRandomBytes(32), now, random });
}

/** Keeps an address book, now and then while the node runs and once more at its end. */
export class SavedAddresses {
  private readonly book: AddressBook;
  private readonly store: AddressStore;
  private readonly clock: Clock;
  private readonly log: Log;
  private savedAt: number;

  constructor(book: AddressBook, store: AddressStore, clock: Clock, log: Log) {
    this.book = book;
    this.store = store;
    this.clock = clock;
    this.log = log;
    this.savedAt = clock.monotonicMillis();
  }

  tick(): void {
    if (this.clock.monotonicMillis() - this.savedAt >= SAVE_INTERVAL_MILLIS) this.save();
  }

  save(): void {
    this.savedAt = this.clock.monotonicMillis();
    try {
      this.store.saveAddresses(encodeAddressBook(this.book));
    } catch (error) {
      this.log.warn("the addresses of peers cannot be saved", { error: String(error) });
    }
  }
}
