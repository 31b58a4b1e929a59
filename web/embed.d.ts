// The types of embed.js, for pages that are written in TypeScript.

/** What a search has found, without the reader's notes. */
export interface TunescapeResults {
  /** Names of the hyperparameters that are searched, as in links. */
  parameters: string[];
  /** What trials are judged by, as in links, and whether more of it is better. */
  metric: string;
  maximize: boolean;
  /** Trials on show: the reader may have stepped back. */
  shown: number;
  /** 200 at most. */
  trials: TunescapeTrial[];
}

export interface TunescapeTrial {
  /** From 1. */
  trial: number;
  /** One for each hyperparameter; null for one that does not count in this trial, as units of a layer that is not there. */
  values: (number | string | null)[];
  state: "running" | "completed" | "pruned" | "diverged" | "refused";
  /** By the metric; null where the trial did not go to its end. */
  score: number | null;
  /** How many it was trained for. */
  epochs: number;
  /** Only where asked for, at most 200 points, evenly over the epochs. Epoch 0 is before training. */
  curve?: [epoch: number, trainingLoss: number | null, validationLoss: number | null][];
}

/** What the element tells, by `addEventListener`; each stands in `detail`. */
export interface TunescapeEvents {
  /** Data is there and it listens; again when other data is there, and when it comes back into sight. */
  ready: Record<string, never>;
  /** The set-up has changed: what a link has after its #, without the reader's notes. */
  state: { state: string };
  /** Trials of the study on show, and what the best of them scored. */
  stepped: { trials: number; best: number | null };
  /**
   * Once for each: the budget of a search or a race is spent, or Explore's run has come to its epochs, where it rests, or
   * diverged. `loss` is the validation loss then; null where there is none. Whoever plays on, hears no more of that run.
   * What is run again because the element was out of sight is no news, nor are its trials and results.
   */
  finished:
    | { screen: "search" | "race"; trials: number }
    | { screen: "explore"; epochs: number; diverged: boolean; loss: number | null };
  /** The goal of a lesson's page, from 1, was met. */
  goal: { lesson: string; page: number };
  /** The trials of the search: there are other ones, or they were asked for. At most five times a second. */
  results: TunescapeResults;
  /**
   * What is wanted can't be, for a reason in the reader's language, which stands in the element or its page as well: a link,
   * a lesson or a rule of `hide`, `lock` or `limit` that can't be read or is not there; a lesson's file or Tunescape itself
   * that can't be had, or is not ready after 20 seconds. Once for each reason.
   */
  failed: { reason: string };
}

export interface TunescapeElement extends HTMLElement {
  /** Shows another set-up: what a link has after its #, packed or not. What is locked or limited stays so. */
  set(state: string): void;
  /** Of the screen on show; what is asked before it is ready waits until then. What plays, plays on. */
  play(): void;
  pause(): void;
  step(): void;
  /** The trials of the search now, with their losses by epoch if `curves`. Out of sight it answers when it is back; the promise is
   * broken where the element is on no page, or Tunescape can't be had. */
  results(wanted?: { curves?: boolean } | null): Promise<TunescapeResults>;
  addEventListener<K extends keyof TunescapeEvents>(type: K, heard: (event: CustomEvent<TunescapeEvents[K]>) => void): void;
  addEventListener(type: string, heard: EventListenerOrEventListenerObject): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "tune-scape": TunescapeElement;
  }
}
