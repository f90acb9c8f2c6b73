/** Uses something and closes it in any case. When both fail, the first error is the one that tells why. */
export async function whileOpen<T>(resource: { close(): Promise<void> }, use: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await use();
  } catch (error) {
    await resource.close().catch(() => {});
    throw error;
  }
  await resource.close();
  return result;
}
