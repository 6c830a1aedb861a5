/** So many tests wait for models at once, unless somebody says otherwise. */
export const AT_ONCE = 4
