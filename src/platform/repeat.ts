/** Calls `task` again and again with a pause between two calls, until the returned function is called. */
export function repeat(pauseMillis: number, task: () => void): () => void {
  const timer = setInterval(task, pauseMillis);
  return () => clearInterval(timer);
}

/** Calls `task` once after a while, unless the returned function is called before. */
export function later(millis: number, task: () => void): () => void {
  const timer = setTimeout(task, millis);
  return () => clearTimeout(timer);
}
