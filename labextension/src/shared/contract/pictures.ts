/** A lineage as it is drawn. `nbmlops/records/wire/pictures.py` in TypeScript. */

export interface PictureText {
  text: string;
  look: string;
  x: number;
  y: number;
  at_end: boolean;
}

export interface PictureCard {
  key: string;
  look: string;
  x: number;
  y: number;
  width: number;
  height: number;
  round: number;
  title: string;
  texts: PictureText[];
}

export interface PictureLine {
  path: string;
  faint: boolean;
  x: number;
  y: number;
  title: string;
}

export interface Picture {
  width: number;
  height: number;
  sentence: string;
  counts: string;
  cards: PictureCard[];
  lines: PictureLine[];
}
