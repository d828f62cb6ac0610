package io.pgproxy.routing;

import io.pgproxy.sql.FunctionName;
import java.util.Set;

/**
 * Harmless functions that are not for readers all the same: a standby refuses them, or they tell of the server or the
 * session that runs them, so that another one answers otherwise.
 */
final class WriterFunctions {
    private static final Set<String> NAMES = Set.of(
            // The session's own.
            "current_setting",
            "currval",
            "lastval",
            "pg_backend_pid",
            "pg_cursor",
            "pg_is_other_temp_schema",
            "pg_my_temp_schema",
            "pg_prepared_statement",
            "pg_listening_channels",
            "pg_settings_get_flags",
            "pg_show_all_settings",
            "pg_trigger_depth",
            "setseed",
            // Locks of a server, and those who hold and wait for them.
            "pg_blocking_pids",
            "pg_isolation_test_session_is_blocked",
            "pg_lock_status",
            "pg_safe_snapshot_blocking_pids",
            // Transactions: a standby gives out no numbers, and its snapshots are its own.
            "pg_current_snapshot",
            "pg_current_xact_id",
            "pg_current_xact_id_if_assigned",
            "pg_last_committed_xact",
            "pg_prepared_xact",
            "pg_xact_commit_timestamp",
            "pg_xact_commit_timestamp_origin",
            "pg_xact_status",
            "txid_current",
            "txid_current_if_assigned",
            "txid_current_snapshot",
            "txid_status",
            // Sequences, which a standby shows ahead of where they are.
            "pg_get_sequence_data",
            "pg_sequence_last_value",
            // The end of the WAL, and files that are named by it.
            "pg_walfile_name",
            "pg_walfile_name_offset",
            // The server itself.
            "pg_conf_load_time",
            "pg_config",
            "pg_current_logfile",
            "pg_get_aios",
            "pg_get_backend_memory_contexts",
            "pg_get_loaded_modules",
            "pg_get_replication_slots",
            "pg_get_shmem_allocations",
            "pg_get_shmem_allocations_numa",
            "pg_get_wait_events",
            "pg_get_wal_summarizer_state",
            "pg_is_in_backup",
            "pg_notification_queue_usage",
            "pg_postmaster_start_time",
            "pg_show_replication_origin_status");

    /** Statistics, control files, the WAL's end, locks, replication: of one server each. */
    private static final String[] PREFIXES = {
        "pg_advisory_", "pg_control_", "pg_current_wal_", "pg_replication_", "pg_stat_", "txid_current", "pg_logical_"
    };

    private WriterFunctions() {}

    /** Whether it is one of them; a grammar's own form never is. */
    static boolean isOne(FunctionName function) {
        String name = function.name();
        return !function.keyword() && (NAMES.contains(name) || hasPrefix(name));
    }

    private static boolean hasPrefix(String name) {
        for (String prefix : PREFIXES) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
