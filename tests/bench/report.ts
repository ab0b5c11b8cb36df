/** One line of a benchmark's table; columns come in the order in which they first appear. */
export type Row = Readonly<Record<string, string | number>>;

/** What a benchmark promises: `value` against `goal`. */
export interface Goal {
  readonly name: string;
  readonly value: number;
  readonly goal: number;
  readonly bound: "at most" | "at least";
  readonly met: boolean;
}

export interface BenchReport {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly goals: readonly Goal[];
}

/** A goal that is met by staying at or below it. */
export const atMost = (name: string, value: number, goal: number): Goal => ({
  name,
  value: round(value),
  goal: round(goal),
  bound: "at most",
  met: value <= goal,
});

/** A goal that is met by reaching it. */
export const atLeast = (name: string, value: number, goal: number): Goal => ({
  name,
  value: round(value),
  goal: round(goal),
  bound: "at least",
  met: value >= goal,
});

/** Some digits that mean something: more would be noise. */
export function round(value: number): number {
  if (!Number.isFinite(value)) return value;
  return Number(value.toPrecision(Math.abs(value) >= 1000 ? 5 : 4));
}

/** A benchmark as text: its goals first, then the figures. */
export function renderReport({ name, rows, goals }: BenchReport): string {
  const verdicts = goals.map((goal) => ({
    goal: goal.name,
    value: goal.value,
    wanted: `${goal.bound} ${goal.goal}`,
    met: goal.met ? "yes" : "NO",
  }));
  return [`== ${name} ==`, ...renderTable(verdicts), "", ...renderTable(rows)].join("\n");
}

function renderTable(rows: readonly Row[]): string[] {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...rows.map((row) => columns.map((column) => showCell(row[column])))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function showCell(value: string | number | undefined): string {
  if (value === undefined) return "-";
  return typeof value === "number" ? String(round(value)) : value;
}
