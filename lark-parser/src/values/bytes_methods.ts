import { defineMethod, type Method } from "./builtin.ts";
import { BytesElems, type BytesValue } from "./value.ts";

const elems = defineMethod<BytesValue>({ name: "elems", min: 0, max: 0 }, (bytes) => new BytesElems(bytes));

export const BYTES_METHODS: readonly Method<BytesValue>[] = [elems];
