package io.pgproxy.readonly;

import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.UserFunctions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * What a {@link ReadOnlyHook} lets pass. Without any option: queries, SHOW, EXPLAIN of queries, cursors, prepared
 * statements, transactions that are not READ WRITE, COPY TO STDOUT, SET and RESET of settings that are known to be
 * harmless, DISCARD, UNLISTEN; built-in functions without harmful effects, and users' functions.
 *
 * <p>No option lets pass what writes, locks rows or tables, notifies, reaches files, other sessions or other servers by
 * a statement, or makes the session READ WRITE. There is none for temporary tables: READ ONLY refuses to make them, and
 * nothing here takes READ ONLY away.
 *
 * <p>Not thread-safe.
 */
public final class ReadOnlyHookBuilder {
    /** Those of the manual's section "Advisory Lock Functions" that take locks; giving back passes always. */
    private static final List<String> ADVISORY_LOCKS = List.of(
            "pg_advisory_lock",
            "pg_advisory_lock_shared",
            "pg_advisory_xact_lock",
            "pg_advisory_xact_lock_shared",
            "pg_try_advisory_lock",
            "pg_try_advisory_lock_shared",
            "pg_try_advisory_xact_lock",
            "pg_try_advisory_xact_lock_shared");

    private final FunctionPolicy.Builder functions = FunctionPolicy.builder();
    private final Set<String> settings = new TreeSet<>();
    private final Set<String> relations = new TreeSet<>(RelationRules.FILES);
    private Supplier<Catalog> catalog = Catalog::offline;
    private boolean anySettings = true;
    private boolean setConfig = true;
    private boolean transactions = true;
    private boolean copyOut = true;
    private boolean listen;
    private boolean plansOfWrites;
    private boolean refuseSuperusers;
    private boolean foreignTables;

    ReadOnlyHookBuilder() {}

    /**
     * Lets SET, {@code set_config} with constants, and start-up parameters change further settings. The server's rights
     * guard them then, and nothing else: think of {@code role}, which changes whose rights count, and of an upstream
     * role that is a superuser.
     *
     * @param names settings in any case; one that ends with {@code .*}, such as {@code app.*}, stands for all of a
     *     class
     * @return this
     * @throws IllegalArgumentException for a setting that keeps the session READ ONLY, or that texts are read with
     */
    public ReadOnlyHookBuilder allowSettings(String... names) {
        for (String name : names) {
            String lower = SettingRules.lowerCase(name);
            if (SettingRules.FIXED.contains(lower)) {
                throw new IllegalArgumentException("no client may change " + lower);
            }
            settings.add(lower);
        }
        return this;
    }

    /**
     * Refuses SET, and {@code set_config}. What brings a setting back to what it was at login (RESET, SET … TO DEFAULT,
     * DISCARD) passes, and start-up parameters do.
     *
     * @return this
     */
    public ReadOnlyHookBuilder refuseSettings() {
        anySettings = false;
        return this;
    }

    /**
     * Refuses BEGIN, COMMIT, ROLLBACK, savepoints, SET TRANSACTION, SET SESSION CHARACTERISTICS and SET CONSTRAINTS.
     * READ WRITE, PREPARE TRANSACTION and what ends a prepared transaction are refused in any case.
     *
     * @return this
     */
    public ReadOnlyHookBuilder refuseTransactions() {
        transactions = false;
        return this;
    }

    /**
     * Refuses COPY TO STDOUT, of tables and of queries. COPY FROM, and COPY with files and programs of the server, are
     * refused in any case.
     *
     * @return this
     */
    public ReadOnlyHookBuilder refuseCopyOut() {
        copyOut = false;
        return this;
    }

    /**
     * Lets LISTEN pass. It writes nothing, but the server keeps notifications for the slowest listener, and when that
     * queue is full NOTIFY fails for all: {@code pg_notification_queue_usage()} watches it. NOTIFY stays refused.
     *
     * @return this
     */
    public ReadOnlyHookBuilder allowListen() {
        listen = true;
        return this;
    }

    /**
     * Lets the functions of pg_catalog pass that take advisory locks. READ ONLY does not stop them: whoever else takes
     * the same lock waits, so this is for clients that agree on what their locks mean. Functions that give locks back
     * pass always.
     *
     * @return this
     */
    public ReadOnlyHookBuilder allowAdvisoryLocks() {
        ADVISORY_LOCKS.forEach(name -> functions.allowIn("pg_catalog", name));
        return this;
    }

    /**
     * Lets EXPLAIN of INSERT, UPDATE, DELETE, MERGE and of queries that lock rows pass, if it has no ANALYZE in any
     * spelling, {@code ANALYZE false} included. Planning may run immutable functions, which READ ONLY guards, and takes
     * the lock on the table that the statement would take, until the transaction ends. EXPLAIN of what makes a table
     * stays refused: with ANALYZE PostgreSQL makes it even under READ ONLY.
     *
     * @return this
     */
    public ReadOnlyHookBuilder allowPlansOfWrites() {
        plansOfWrites = true;
        return this;
    }

    /**
     * Lets foreign tables be read, and views of them. READ ONLY does not reach their servers: a view there that writes
     * when it is read does so. Without this option the upstream is asked for their names, at most once a minute, and a
     * text with such a name in it is refused; where the proxy does not log in upstream by itself it cannot ask, and
     * they pass.
     *
     * @return this
     */
    public ReadOnlyHookBuilder allowForeignTables() {
        foreignTables = true;
        return this;
    }

    /**
     * Lets functions pass, in whatever schema they are, whatever effect they are known for. What they write is guarded
     * by READ ONLY; the rest of what they do is guarded by nothing. {@code set_config} is judged by what it sets in any
     * case.
     *
     * @param names as the catalogue has them: in lower case, unless they were made in quotes
     * @return this
     */
    public ReadOnlyHookBuilder allowFunctions(String... names) {
        functions.allow(names);
        return this;
    }

    /**
     * Lets one function pass where its schema is written, or where a {@link #catalog} finds it there; guarded as by
     * {@link #allowFunctions}.
     *
     * @param schema its schema
     * @param name its name
     * @return this
     */
    public ReadOnlyHookBuilder allowFunction(String schema, String name) {
        functions.allowIn(schema, name);
        return this;
    }

    /**
     * Lets the functions of a schema pass, as {@link #allowFunction} does; guarded as by {@link #allowFunctions}.
     *
     * @param schema the schema
     * @return this
     */
    public ReadOnlyHookBuilder allowSchema(String schema) {
        functions.allowSchema(schema);
        return this;
    }

    /**
     * Refuses functions, in whatever schema they are. Goes before every permission.
     *
     * @param names as the catalogue has them
     * @return this
     */
    public ReadOnlyHookBuilder denyFunctions(String... names) {
        functions.deny(names);
        setConfig &= !List.of(names).contains(SetConfigCalls.NAME);
        return this;
    }

    /**
     * What becomes of functions that are not built in, that no rule names, and that no list of extensions' harmful
     * functions knows. By default they pass: most of them read, and what they write READ ONLY stops. It does not stop
     * what they do besides: users' functions may notify, take locks, call dblink, or work on large objects before
     * PostgreSQL 16. Where functions are made by people who are not trusted with that, refuse them, or let a
     * {@link #catalog} tell the stable ones.
     *
     * @param choice {@link UserFunctions#PASS} if not set
     * @return this
     */
    public ReadOnlyHookBuilder userFunctions(UserFunctions choice) {
        functions.userFunctions(choice);
        return this;
    }

    /**
     * Says which version the upstreams have, so that a function that it does not have is not taken for a built-in one.
     * Without it a name is built in if any version from 14 to 18 has it, and a user's function of that name is held by
     * READ ONLY alone.
     *
     * @param major such as 15
     * @return this
     */
    public ReadOnlyHookBuilder serverVersion(int major) {
        functions.version(major);
        return this;
    }

    /**
     * Judges calls by the functions that they may mean in the database, instead of by names alone. An unqualified name
     * is looked up only while the session's search_path is known: PostgreSQL 18 reports it, before that a SET has to
     * have told.
     *
     * @param current gives what is known now, as {@code JdbcCatalog::current} does; asked for each call on event loops,
     *     so it must not block
     * @return this
     */
    public ReadOnlyHookBuilder catalog(Supplier<Catalog> current) {
        catalog = current;
        return this;
    }

    /**
     * Lets relations be read that are refused otherwise: {@code pg_hba_file_rules}, {@code pg_file_settings} and
     * {@code pg_ident_file_mappings} show files of the server. The server's rights guard them: by default superusers
     * alone may read them.
     *
     * @param names as the catalogue has them
     * @return this
     */
    public ReadOnlyHookBuilder allowRelations(String... names) {
        relations.removeAll(List.of(names));
        return this;
    }

    /**
     * Refuses every statement with a token that is one of these names, in whatever schema and whatever it stands for.
     * That hides a relation from those who name it; it does not from views and functions that read it, which the
     * server's rights do.
     *
     * @param names as the catalogue has them, such as {@code pg_authid}
     * @return this
     */
    public ReadOnlyHookBuilder denyRelations(String... names) {
        relations.addAll(List.of(names));
        return this;
    }

    /**
     * Ends sessions whose upstream role is a superuser, with FATAL 42501. Without it such a role is warned about in the
     * log, once. READ ONLY holds for superusers too, but rights hold for all others only: COPY to files and programs,
     * server files, {@code session_replication_role} are then guarded by the text's judgement alone.
     *
     * @return this
     */
    public ReadOnlyHookBuilder refuseSuperusers() {
        refuseSuperusers = true;
        return this;
    }

    /**
     * The hook.
     *
     * @return a hook with these settings; later changes of this builder do not touch it
     */
    public ReadOnlyHook build() {
        SettingRules settingRules = new SettingRules(anySettings, settings);
        SettingRules settingRulesOfCalls = setConfig ? settingRules : new SettingRules(false, settings);
        return new ReadOnlyHook(
                new StartupRules(settingRules),
                new SessionGuard(refuseSuperusers),
                new StatementRules(transactions, copyOut, listen, plansOfWrites, settingRules),
                new FunctionRules(functions.build(), new SetConfigCalls(settingRulesOfCalls), catalog),
                new RelationRules(relations),
                foreignTables ? null : new ForeignTables(System::nanoTime));
    }
}
