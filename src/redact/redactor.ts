import { listForms } from "./encodings.ts";
import type { KnownSecret } from "./environment_secrets.ts";
import { findLastToken, type Hit, type Shape, type Span } from "./shape.ts";
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

const NOTHING: Found = { start: -1, end: -1, kind: "" };

/**
 * Takes secrets out of texts: known ones by their values, others by their shapes. One pass (`WordFinder`) finds the
 * places where a secret can be at all; a text that has none is given back as it is.
 */
export class Redactor {
  /** The shape that each word belongs to; the heads of known forms come after them. */
  readonly #shapes: readonly Shape[];
  readonly #words: readonly string[];
  readonly #forms: readonly KnownForm[];
  readonly #finder: WordFinder;
  readonly #secrets = new Map<string, Set<string>>();

  constructor({ known, shapes }: { readonly known: readonly KnownSecret[]; readonly shapes: readonly Shape[] }) {
    this.#forms = listKnownForms(known);
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
    const { places, beginning } = this.#finder.scan(text);
    const hasBegun = beginning >= (cut ? SHORTEST_BEGINNING.cut : SHORTEST_BEGINNING.whole);
    if (places.length === 0 && !hasBegun) return text;
    const found = this.#look(text, places, cut);
    if (hasBegun) found.push({ ...this.#nameBeginning(text, text.length - beginning), end: text.length });
    return found.length === 0 ? text : replaceSpans(text, joinSpans(found));
  }

  #look(text: string, places: readonly number[], cut: boolean): Found[] {
    const tail = cut ? findLastToken(text) : text.length;
    const shapes = this.#shapes;
    const found: Found[] = [];
    let last = NOTHING;
    for (let at = 0; at < places.length; at += 2) {
      const word = places[at] as number;
      const start = places[at + 1] as number;
      const end = start + (this.#words[word] as string).length;
      let next: Found | null = null;
      if (word >= shapes.length) next = this.#compare(text, { start, end }, this.#forms[word - shapes.length], cut);
      // A long secret may hold the words of others, and each look costs.
      else if (start <= last.start || start >= last.end)
        next = this.#ask(shapes[word] as Shape, { text, start, end, tail });
      if (!next) continue;
      found.push(next);
      if (next.end > last.end) last = next;
    }
    return found;
  }

  #ask({ kind, find }: Shape, hit: Hit): Found | null {
    const span = find(hit);
    if (!span) return null;
    // What was cut off is another secret each time it grows.
    if (hit.tail === hit.text.length || span.end < hit.text.length)
      this.#count(kind, hit.text.slice(span.start, span.end));
    return { ...span, kind };
  }

  #compare(text: string, head: Span, known: KnownForm | undefined, cut: boolean): Found | null {
    if (!known) return null;
    const { kind, value, form } = known;
    let length = head.end - head.start;
    while (length < form.length && form[length] === text[head.start + length]) length++;
    const end = head.start + length;
    const isWhole = length === form.length || end - head.end >= SHORTEST_REST || (cut && end === text.length);
    if (!isWhole) return null;
    this.#count(kind, value);
    return { start: head.start, end, kind };
  }

  #nameBeginning(text: string, start: number): Omit<Found, "end"> {
    const beginning = text.slice(start);
    return { start, kind: this.#forms.find(({ form }) => form.startsWith(beginning))?.kind ?? "environment" };
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
