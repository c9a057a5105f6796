"""What the front end is told of runs, as JSON: the one contract of the Lab panel, the page and the widget.

`labextension/src/shared/contract/` says the same in TypeScript, file by file; a test holds the two together.

Rules that hold for every message:
- Times are seconds since the epoch, durations are seconds.
- JSON knows no NaN and no infinities: where a number stands alone (`WireNumber`) they are the texts "NaN",
  "Infinity" and "-Infinity"; in the points of a series they are null, and counted.
- A whole number that JavaScript's numbers can't hold exactly (from 2**53 on) is a text of its digits.
- A column is named by its group and its key: `metrics.accuracy`. The key is all that follows the first dot.
- Every text is as the user wrote it: whoever shows it must escape it.
"""
