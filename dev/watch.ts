/** Says which source files have changed, a moment after the last of them. */
import { type Dirent, type FSWatcher, readdirSync, statSync, watch } from 'node:fs'
import { join, relative } from 'node:path'

/** Editors write several files, and some of them twice. */
const QUIET_MS = 25
const SOURCE = /^(?!.*\.(?:test|fixture)\.)[^.#].*\.[a-z0-9]+$/

/**
 * Watches folders and all in them. Each folder has a watch of its own, and only folders have one: a file that an editor
 * replaces is still seen. Returns what ends it.
 */
export function watchSources(root: string, folders: readonly string[], heard: (files: string[]) => void): () => void {
  const watchers = new Map<string, { watcher: FSWatcher; identity: string }>()
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined

  const note = (path: string) => {
    changed.add(relative(root, path))
    clearTimeout(timer)
    timer = setTimeout(() => {
      const files = [...changed].sort()
      changed.clear()
      heard(files)
    }, QUIET_MS)
  }
  const forget = (folder: string) => {
    watchers.get(folder)?.watcher.close()
    watchers.delete(folder)
  }
  const watchFolder = (folder: string, isNew: boolean) => {
    const identity = identityOf(folder)
    if (identity === undefined || watchers.get(folder)?.identity === identity) return
    forget(folder)
    const watcher = watch(folder, (_, name) => {
      const path = join(folder, name ?? '')
      if (name && SOURCE.test(name)) note(path)
      else watchFolder(path, true)
    })
    watcher.on('error', () => forget(folder))
    watchers.set(folder, { watcher, identity })
    for (const entry of readFolder(folder)) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) watchFolder(path, isNew)
      // It may have been written before the watch began.
      else if (isNew && SOURCE.test(entry.name)) note(path)
    }
  }
  for (const folder of folders) watchFolder(join(root, folder), false)
  return () => {
    clearTimeout(timer)
    for (const folder of [...watchers.keys()]) forget(folder)
  }
}

/** Tells a folder from one made anew under its name, which may get its number as well. Undefined for what is no folder. */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  return found?.isDirectory() ? `${found.ino} ${found.birthtimeMs}` : undefined
}

function readFolder(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch {
    return [] // it was removed in this moment
  }
}
