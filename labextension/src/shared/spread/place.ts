/** Where parallel axes stand. */

export const HEIGHT = 380;
export const [TOP, BOTTOM] = [58, 26];
