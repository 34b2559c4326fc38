/** Addresses for tests of what is rendered, where nothing is built. */
import type { AssetUrls } from './assets.ts'

export const NO_ASSETS: AssetUrls = {
  islandUrl: () => '/assets/island.js',
  fileUrl: () => '/assets/file',
  picture: () => ({
    width: 2,
    height: 1,
    forms: [{ type: 'image/png', files: [{ url: '/assets/picture.png', width: 2 }] }],
  }),
}
