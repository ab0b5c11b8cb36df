import type { KnownSecret } from "./environment_secrets.ts";
import { listForms } from "./known_forms.ts";
import { findLastToken, type Shape } from "./shape.ts";
import { type Found, joinSpans, replaceSpans } from "./spans.ts";
import { WordFinder } from "./word_finder.ts";

/** How one text is to be read. */
export interface Reading {
  /** The text may have been cut off anywhere: at its end, the beginning of a secret counts as one. */
  readonly cut?: boolean;
}

/** One way of writing a known secret. */
interface KnownForm {
  readonly kind: string;
  readonly value: string;
  readonly form: string;
}

/** So much of a known secret is looked for; the rest is compared, and has to agree for some characters at least. */
const LONGEST_WORD = 32;
const SHORTEST_REST = 16;
/** The beginning of a known secret at the end of a text: of one that was cut, of one that should be whole. */
const SHORTEST_BEGINNING = { cut: 4, whole: 8 } as const;

/**
 * Takes secrets out of texts: known ones by their values, others by their shapes. One pass (`WordFinder`) finds the
 * places where a secret can be at all; a text that has none is given back as it is.
 */
export class Redactor {
  /** The shape that each word belongs to; the heads of known forms come after them. */
  readonly #shapes: readonly Shape[];
  readonly #words: readonly string[];
  readonly #forms: readonly KnownForm[];
  /** What no automaton of ASCII finds. */
  readonly #foreign: readonly KnownForm[];
  readonly #finder: WordFinder;
  readonly #secrets = new Map<string, Set<string>>();
  #found: Found[] = [];
  /** The last secret found. */
  #coveredFrom = 0;
  #coveredTo = 0;

  constructor({ known, shapes }: { readonly known: readonly KnownSecret[]; readonly shapes: readonly Shape[] }) {
    const forms = listKnownForms(known);
    this.#forms = forms.filter(({ form }) => isAscii(headOf(form)));
    this.#foreign = forms.filter(({ form }) => !isAscii(headOf(form)));
    this.#shapes = shapes.flatMap((shape) => shape.words.map(() => shape));
    this.#words = [...shapes.flatMap(({ words }) => words), ...this.#forms.map(({ form }) => headOf(form))];
    this.#finder = new WordFinder(this.#words, this.#shapes.length);
  }

  /** How many different secrets of each kind were taken out so far. */
  get counts(): ReadonlyMap<string, number> {
    return new Map([...this.#secrets].map(([kind, secrets]) => [kind, secrets.size]));
  }

  /** The text with `[redacted:KIND]` in place of each secret; the same string where there is none. */
  redact(text: string, { cut = false }: Reading = {}): string {
    if (text === "") return text;
    this.#found = [];
    this.#coveredTo = 0;
    const tail = cut ? findLastToken(text) : text.length;
    const begun = this.#finder.scan(text, (word, end) => {
      if (word < this.#shapes.length) this.#lookAtShape(text, tail, word, end);
      else this.#lookAtForm(text, cut, word, end);
    });
    if (begun >= (cut ? SHORTEST_BEGINNING.cut : SHORTEST_BEGINNING.whole)) this.#takeBeginning(text, begun);
    for (const form of this.#foreign) this.#lookFor(text, form);
    return this.#found.length === 0 ? text : replaceSpans(text, joinSpans(this.#found));
  }

  #lookAtShape(text: string, tail: number, word: number, end: number): void {
    const start = end - (this.#words[word] as string).length;
    // A long secret may hold the words of others, and each look costs.
    if (start > this.#coveredFrom && start < this.#coveredTo) return;
    const { kind, find } = this.#shapes[word] as Shape;
    const span = find({ text, start, end, tail });
    if (!span) return;
    this.#take({ ...span, kind });
    if (tail === text.length || span.end < text.length) this.#count(kind, text.slice(span.start, span.end));
  }

  #lookAtForm(text: string, cut: boolean, word: number, end: number): void {
    const { kind, value, form } = this.#forms[word - this.#shapes.length] as KnownForm;
    const head = (this.#words[word] as string).length;
    let length = head;
    while (length < form.length && form[length] === text[end - head + length]) length++;
    const reachesEnd = end - head + length === text.length && cut;
    if (length < form.length && length < head + SHORTEST_REST && !reachesEnd) return;
    this.#take({ start: end - head, end: end - head + length, kind });
    this.#count(kind, value);
  }

  #takeBeginning(text: string, length: number): void {
    const start = text.length - length;
    const beginning = text.slice(start);
    const form = this.#forms.find((one) => one.form.startsWith(beginning));
    if (form) this.#take({ start, end: text.length, kind: form.kind });
  }

  #lookFor(text: string, { kind, value, form }: KnownForm): void {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + form.length)) {
      this.#take({ start: at, end: at + form.length, kind });
      this.#count(kind, value);
    }
  }

  #take(found: Found): void {
    this.#found.push(found);
    if (found.end <= this.#coveredTo) return;
    this.#coveredFrom = found.start;
    this.#coveredTo = found.end;
  }

  #count(kind: string, secret: string): void {
    const secrets = this.#secrets.get(kind) ?? new Set();
    this.#secrets.set(kind, secrets.add(secret));
  }
}

function listKnownForms(known: readonly KnownSecret[]): KnownForm[] {
  const forms = new Map<string, KnownForm>();
  for (const { name, value } of known) {
    // A name may hold anything but `=`; what it stands in may be JSON.
    const kind = name.replace(/[^\w-]/g, "_");
    for (const form of listForms(value)) if (!forms.has(form)) forms.set(form, { kind, value, form });
  }
  return [...forms.values()];
}

const headOf = (form: string): string => form.slice(0, LONGEST_WORD);

const isAscii = (text: string): boolean => /^\p{ASCII}*$/u.test(text);
