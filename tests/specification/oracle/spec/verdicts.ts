/*
 * What is known about packages. In a sealed system an image runs only after its package was found good; until then its
 * boot cells are held, which is not alive, and a cell that spawns it waits. A verdict outlives the sealing cell.
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
  /** The current work of the sealing cell. */
  work: Sealable<P> | null = null;
  /** Its work when it last faulted. */
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

  /** A cell wants to run an image. */
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

  /** The sealing cell takes its next work; each of its instances must read the table first. */
  take(cell: Instance<P>): void {
    this.work = this.nextFor(cell);
    if (this.work === "table") this.set("table", "waiting");
    this.informed = cell.generation;
  }

  /** With a bad table, only packages found good before are good. */
  refuseAll(): void {
    for (const image of this.images)
      if (this.of(image) === "unknown" || this.of(image) === "waiting") this.set(image, "refused");
  }

  /** The sealing cell's instance has ended; a package on which it faulted twice is refused. */
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
