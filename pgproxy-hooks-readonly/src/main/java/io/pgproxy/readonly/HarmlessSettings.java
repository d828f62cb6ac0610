package io.pgproxy.readonly;

import java.util.Set;

/**
 * Settings that change how a session's own queries are planned, limited and shown, and nothing else, in PostgreSQL 14
 * to 18. Reviewed one by one from {@code guc_tables.c} ({@code guc.c} before 16).
 *
 * <p>Most of what any user may set is here. Left out on purpose: {@code role} and {@code session_authorization}, which
 * change whose rights count; {@code restrict_nonsystem_relation_kind}, by which a host keeps a role from foreign
 * tables; {@code local_preload_libraries}, which loads code; {@code log_*}, {@code debug_*} and {@code trace_*}, which
 * write to the server's log; {@code tcp_*} and {@code client_connection_check_interval}, for the connection to the
 * server is the proxy's; what only superusers may set, such as {@code session_replication_role} and
 * {@code lo_compat_privileges}; and all settings of extensions, among which are some that run code
 * ({@code plperl.on_init}) or end an audit ({@code pgaudit.log}).
 */
final class HarmlessSettings {
    private static final String NAMES = """
            application_name client_min_messages array_nulls bytea_output datestyle intervalstyle timezone
            timezone_abbreviations extra_float_digits xmlbinary xmloption quote_all_identifiers transform_null_equals
            lc_messages lc_monetary lc_numeric lc_time default_text_search_config escape_string_warning backslash_quote
            search_path row_security check_function_bodies icu_validation_level
            createrole_self_grant password_encryption default_table_access_method default_tablespace
            default_toast_compression temp_tablespaces
            statement_timeout lock_timeout transaction_timeout idle_in_transaction_session_timeout idle_session_timeout
            transaction_isolation transaction_deferrable default_transaction_isolation default_transaction_deferrable
            synchronous_commit
            work_mem hash_mem_multiplier maintenance_work_mem temp_buffers logical_decoding_work_mem
            effective_cache_size effective_io_concurrency maintenance_io_concurrency io_combine_limit
            backend_flush_after gin_fuzzy_search_limit gin_pending_list_limit synchronize_seqscans
            seq_page_cost random_page_cost cpu_tuple_cost cpu_index_tuple_cost cpu_operator_cost parallel_setup_cost
            parallel_tuple_cost min_parallel_table_scan_size min_parallel_index_scan_size
            max_parallel_workers max_parallel_workers_per_gather max_parallel_maintenance_workers
            parallel_leader_participation force_parallel_mode debug_parallel_query
            jit jit_above_cost jit_inline_above_cost jit_optimize_above_cost jit_expressions jit_tuple_deforming
            enable_async_append enable_bitmapscan enable_distinct_reordering enable_gathermerge
            enable_group_by_reordering enable_hashagg enable_hashjoin enable_incremental_sort enable_indexonlyscan
            enable_indexscan enable_material enable_memoize enable_mergejoin enable_nestloop enable_parallel_append
            enable_parallel_hash enable_partition_pruning enable_partitionwise_aggregate enable_partitionwise_join
            enable_presorted_aggregate enable_self_join_elimination enable_seqscan enable_sort enable_tidscan
            geqo geqo_effort geqo_generations geqo_pool_size geqo_seed geqo_selection_bias geqo_threshold
            constraint_exclusion cursor_tuple_fraction default_statistics_target from_collapse_limit
            join_collapse_limit plan_cache_mode recursive_worktable_factor stats_fetch_consistency
            track_io_timing
            """;

    /** In lower case: the server looks settings up so. */
    static final Set<String> ALL = Set.of(NAMES.strip().split("\\s+"));

    private HarmlessSettings() {}
}
