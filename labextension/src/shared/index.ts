/** What the three hosts are made of. */

export { CompareApp, type CompareAppProps } from './CompareApp';
export * from './contract';
export { asWireError, SourceError, type RunSource } from './source';
export { INITIAL, queryOf, type Change, type ViewState } from './state';
export { RunTable, type RunTableProps } from './RunTable';
export { Curves } from './Curves';
export { Details } from './Details';
export { Comparison } from './Comparison';
export { Filters } from './Filters';
export { Failure, NoneFit, NoRuns, Skeleton } from './States';
export { Doubt, RunId, Standing, Status } from './Status';
export { usePages, type Pages } from './usePages';
export { nameOf, shownColumns } from './columns';
export * as numbers from './numbers';
