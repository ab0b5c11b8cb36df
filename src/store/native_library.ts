/** Makes sure that the engine's loader will find its library. */
export async function ensureNativeLibrary(): Promise<void> {}
