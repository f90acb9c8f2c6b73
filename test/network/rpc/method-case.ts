import type { Scene, Where } from "./scene.ts";
import type { Shape } from "./shape.ts";

/** Parameters, the code of the error that they get, and its message. */
export type Refusal = readonly [params: readonly unknown[], code: number, message: string | RegExp];

/** What is asked of one method. */
export interface MethodCase {
  /** Calls that work, with what their answers look like. One of them must have all parameters whose type is looked at. */
  readonly calls: readonly (readonly [params: readonly unknown[], shape: Shape])[];
  /** What is refused besides wrong numbers of parameters and wrong types. */
  readonly refused?: readonly Refusal[];
  /**
   * Parameters whose wrong type is not refused in the usual way: a value of a wrong type with the error that it gets, or the reason
   * why it gets none.
   */
  readonly types?: Readonly<Record<number, readonly [value: unknown, code: number, message: string | RegExp] | string>>;
  /** Default: the test network. */
  readonly where?: Where;
  /** Puts things back as they were. */
  readonly after?: () => Promise<unknown>;
}

/** Cases by the name of the method, all of them about one scene. */
export type MethodCases = (scene: Scene) => Promise<Readonly<Record<string, MethodCase>>>;
