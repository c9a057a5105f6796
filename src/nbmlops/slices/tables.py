"""What well-known calls change and what they leave alone.

A call that stands in no table may change whatever it is handed: the tables only make slices smaller. Sources: the
documentation of each library (`inplace`, `out`, `copy` and in-place methods), read in November 2026.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Packages whose functions leave their arguments alone, but for those that stand in `CHANGED_ARGUMENTS`.
PURE_PACKAGES: Final = _words(
    """
    abc ast base64 bisect calendar collections colorsys contextlib copy csv dataclasses datetime decimal difflib
    enum fnmatch fractions functools glob hashlib heapq inspect itertools json keyword math numbers numpy operator
    os pathlib pprint random re scipy secrets seaborn shutil sklearn statistics statsmodels string sys tempfile
    argparse array bz2 contextvars getpass gzip html io lzma pickle platform posix posixpath genericpath ntpath
    struct tarfile traceback urllib xml zipfile zoneinfo
    textwrap time timeit tqdm types typing unicodedata uuid vega_datasets warnings zlib
    altair imblearn joblib matplotlib pandas patsy plotly polars pyarrow skimage threadpoolctl nbmlops IPython
    """
)
# `package.function` to the positions of the arguments that it changes.
CHANGED_ARGUMENTS: Final[dict[str, frozenset[int]]] = {
    name: frozenset({0})
    for name in """
    numpy.copyto numpy.fill_diagonal numpy.place numpy.put numpy.put_along_axis numpy.putmask random.shuffle
    numpy.shuffle heapq.heapify heapq.heappop heapq.heappush heapq.heappushpop heapq.heapreplace bisect.insort
    bisect.insort_left bisect.insort_right operator.setitem operator.delitem operator.iadd operator.isub
    operator.imul operator.ior operator.iand operator.iconcat functools.update_wrapper
    builtins.setattr builtins.delattr builtins.next builtins.anext builtins.__import__
    """.split()
} | {
    "numpy.dot": frozenset({2}),
    "numpy.clip": frozenset({3}),
    **dict.fromkeys(
        (f"numpy.{name}" for name in "sum mean cumsum cumprod prod std var max min any all".split()),
        frozenset({3}),
    ),
}
# Functions that set what others of their package then go by. Of unknown packages, a call whose value nobody takes.
STATE_SETTERS: Final = _words(
    """
    basicConfig captureWarnings catch_warnings config_context disable enable_iterative_imputer filterwarnings
    option_context printoptions register_dataframe_accessor register_matplotlib_converters reset_option
    resetwarnings set_config set_default_device set_default_dtype set_deterministic_debug_mode
    set_float32_matmul_precision set_grad_enabled set_num_threads set_option set_printoptions
    set_start_method set_string_function setcontext seterr seterrcall setlocale setprofile setrecursionlimit
    setswitchinterval settrace simplefilter unregister use_deterministic_algorithms set_loglevel set_log_level
    disable_max_rows enable tzset to_pandas_on set_verbosity add_handler addHandler field_size_limit
    """
)
# Such state as is looked at itself, before and after each cell (see world.py).
OBSERVED_STATE: Final = frozenset(
    {"os.environ", "matplotlib.rcParams", "matplotlib.pyplot.rcParams", "sys.path", "sys.modules"}
)

BUILTIN_PURE: Final = _words(
    """
    abs all any ascii bin bool bytearray bytes callable chr complex dict dir divmod enumerate filter float format
    frozenset getattr hasattr hash help hex id int isinstance issubclass iter len list map max memoryview min object
    oct open ord pow print property range repr reversed round set slice sorted staticmethod classmethod str sum super
    tuple type zip display input breakpoint aiter compile
    """
)
# What hides from every analysis what it reads.
OPAQUE: Final = frozenset({"eval", "exec", "globals", "locals", "vars"})
# Builtins whose result holds nothing of what they were given.
BUILTIN_FRESH: Final = _words(
    "abs all any ascii bin bool bytes callable chr complex dir divmod float format hash hex id int isinstance"
    " issubclass len oct ord pow print range repr round str sum open input type"
)

# Methods that change what they are called on, and leave their arguments alone.
CHANGES_RECEIVER: Final = _words(
    """
    add append appendleft clear difference_update discard extend extendleft insert intersection_update move_to_end
    pop popitem popleft remove reverse rotate setdefault sort subtract symmetric_difference_update update
    fit fit_predict fit_resample fit_transform partial_fit set_params set_output warm_up reset
    fill itemset partition put resize setfield setflags
    insert_column drop_in_place replace_column
    add_argument add_subplot add_axes annotate axhline axvline bar barh boxplot contour contourf errorbar
    fill_between grid hexbin hlines imshow legend pcolormesh plot scatter semilogx semilogy set set_title set_xlabel
    set_xlim set_xticks set_ylabel set_ylim set_yticks set_xscale set_yscale step stem suptitle text tick_params
    tight_layout vlines violinplot
    backward zero_grad load_state_dict train eval register_buffer register_forward_hook requires_grad_
    """
)
# Methods that read: neither what they are called on nor what they are given is changed. Names that some well-known
# class uses otherwise (`get` of a queue, `read` of a file, `sample` of a generator) are not among them.
PURE_METHODS: Final = _words(
    """
    abs agg aggregate align all any apply applymap argmax argmin argsort asfreq asof assign astype at_time autocorr
    between between_time bfill bool capitalize cast casefold center clip collect columns combine combine_first
    compare conj copy corr corrwith count cov crosstab cross_val_score cummax cummin cumprod cumsum cut
    decision_function decode describe diff difference div divide dot drop drop_duplicates drop_nulls droplevel
    dropna duplicated encode endswith eq equals ewm expanding explode factorize ffill fill_nan fill_null fillna
    filter find findall first first_valid_index flatten floordiv fold format from_dict from_records ge
    get_dummies get_feature_names_out get_group get_params get_support group_by groupby gt head hist idxmax idxmin
    index info interpolate intersection inverse_transform isalpha isdigit isdisjoint isin isna isnull isspace issubset
    issuperset item items iterrows itertuples join keys kurt kurtosis last last_valid_index le len lower lstrip lt
    map mask match max mean median melt memory_usage merge min mod mode most_common mul multiply n_unique ndim ne
    nlargest nonzero notna notnull nsmallest nunique partial_corr pct_change pipe pivot pivot_table predict
    predict_log_proba predict_proba prod product ptp quantile query radd rank ravel reindex reindex_like rename
    rename_axis reorder_levels repeat replace resample reset_index reshape rfind rindex rolling round rpartition
    rsplit rstrip score score_samples searchsorted select select_dtypes sem set_axis set_index shape shift size skew
    slice sort_index sort_values split splitlines squeeze stack startswith std strftime strip strptime sub
    sum summary swapaxes swapcase swaplevel symmetric_difference tail take title to_arrow to_clipboard to_csv to_dense
    to_dict to_excel to_feather to_frame to_hdf to_html to_json to_latex to_list to_markdown to_numpy to_pandas
    to_parquet to_pickle to_period to_records to_series to_sql to_string to_timestamp toarray tobytes todense tofile
    tolist total_seconds trace transform translate transpose truediv truncate tz_convert tz_localize union unique
    unstack upper value_counts values var view where with_columns xs zfill
    nunique date time isoformat timestamp weekday as_integer_ratio hexdigest digest conjugate bit_length
    exists is_file is_dir resolve with_suffix with_name joinpath glob rglob iterdir read_text read_bytes
    savefig show display tick_params_get
    """
)
# Methods whose result shares nothing with what they were called on or given.
FRESH_METHODS: Final = _words(
    """
    abs all any argmax argmin argsort astype copy corr count cov decision_function describe drop_duplicates dropna
    encode decode format join lower upper strip split splitlines replace startswith endswith fillna idxmax idxmin item
    max mean median merge min nunique predict predict_log_proba predict_proba prod quantile rank round score std sum
    to_csv to_json to_string tolist to_dict total_seconds unique value_counts var pivot_table cumsum cumprod diff
    isna isnull notna get_dummies sem skew kurt isin hexdigest strftime isoformat
    """
)
# Functions whose result shares nothing with their arguments.
FRESH_FUNCTIONS: Final = _words(
    """
    deepcopy array copy zeros ones empty full zeros_like ones_like full_like arange linspace concatenate hstack vstack
    mean median std var sum max min prod percentile quantile dot matmul where sqrt exp log log10 log1p log2 abs
    accuracy_score f1_score precision_score recall_score roc_auc_score log_loss mean_squared_error r2_score
    mean_absolute_error confusion_matrix classification_report cross_val_score cross_val_predict cross_validate
    read_csv read_parquet read_json read_excel read_feather read_sql concat merge get_dummies crosstab pivot_table
    dumps loads floor ceil fsum sin cos tan train_test_split roc_curve precision_recall_curve
    """
)
# What calls the functions that it is handed: their effects are those of the call.
# (Every callable among the arguments is taken as called; nothing has to be listed here.)

SEEDERS: Final = _words(
    "seed manual_seed manual_seed_all set_seed seed_everything set_random_seed set_state setstate set_rng_state"
    " fix_seed seed_all set_all_seeds"
)
# Calls that look at what lies in a folder: they depend on whoever wrote there.
LISTINGS: Final = _words(
    "glob iglob listdir scandir rglob iterdir walk exists isfile isdir is_file is_dir stat"
)
STARTS_OTHERS: Final = _words(
    "Thread Timer create_task ensure_future run_in_executor apply_async map_async ThreadPoolExecutor submit"
    " start_new_thread"
)
ENTROPY: Final = _words(
    "SystemRandom token_hex token_bytes token_urlsafe urandom uuid1 uuid4 randbelow getrandbits_os"
)
GENERATORS: Final = _words("default_rng RandomState Random SeedSequence PCG64 MT19937 Philox SFC64 Generator")
PLOTTING: Final = _words(
    "plot hist boxplot scatter bar barh imshow subplots figure savefig show heatmap pairplot lineplot histplot"
    " scatterplot displot countplot violinplot kdeplot jointplot from_estimator from_predictions"
)
