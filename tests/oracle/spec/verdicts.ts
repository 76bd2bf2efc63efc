/*
 * What is known of the packages. In a sealed system an image runs only when its package was found good; until then its
 * boot cells are held, which is not alive, and a cell that spawns it waits. A verdict outlives the cell that seals.
 */
interface Package {
  readonly seals: boolean;
}

interface Instance<P> {
  readonly image: P;
  readonly generation: number;
}

/** What can be judged: the table of all packages comes first. */
export type Sealable<P> = P | "table";
export type Verdict = "unknown" | "waiting" | "good" | "refused";

export class Verdicts<P extends Package> {
  private readonly known = new Map<Sealable<P>, Verdict>();
  /** What the sealing cell works on. */
  work: Sealable<P> | null = null;
  /** What it worked on when it last ended by its own fault. */
  blamed: Sealable<P> | null = null;
  /** The instance that has read the table. */
  private informed = 0;

  constructor(
    readonly images: readonly P[],
    readonly sealed: boolean,
  ) {}

  of(what: Sealable<P>): Verdict {
    if (!this.sealed || (what !== "table" && what.seals)) return "good";
    return this.known.get(what) ?? "unknown";
  }

  set(what: Sealable<P>, verdict: Verdict): void {
    this.known.set(what, verdict);
  }

  /** Somebody wants to run an image. */
  ask(image: P): void {
    if (this.of(image) === "unknown") this.set(image, "waiting");
  }

  isSealer(cell: Instance<P>): boolean {
    return this.sealed && cell.image.seals;
  }

  private isTableDue(cell: Instance<P>): boolean {
    return this.of("table") === "waiting" || (cell.generation !== this.informed && this.of("table") !== "refused");
  }

  /** What the sealing cell would get next, or null. */
  nextFor(cell: Instance<P>): Sealable<P> | null {
    if (this.isTableDue(cell)) return "table";
    return this.images.find((image) => this.of(image) === "waiting") ?? null;
  }

  /** The sealing cell takes its next work: each instance of it has to read the table first. */
  take(cell: Instance<P>): void {
    this.work = this.nextFor(cell);
    if (this.work === "table") this.set("table", "waiting");
    this.informed = cell.generation;
  }

  /** With a bad table no package is good that was not found so before. */
  refuseAll(): void {
    for (const image of this.images)
      if (this.of(image) === "unknown" || this.of(image) === "waiting") this.set(image, "refused");
  }

  /** The sealing cell's instance has ended; what it ended over twice by its own fault is refused. */
  stopped(faulty: boolean): void {
    const { work, blamed } = this;
    this.work = null;
    if (!faulty || !work) return;
    if (work === blamed) {
      this.set(work, "refused");
      if (work === "table") this.refuseAll();
    }
    this.blamed = work;
  }
}
