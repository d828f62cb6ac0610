package io.pgproxy.sql;

import java.util.List;

/**
 * Which command a statement is. A constant is all there is to a kind: its family, what it does to data, whether it may
 * run in a transaction block, and the words that announce it (the noise words of CREATE left out); those without words
 * are told from others by what follows.
 *
 * <p>{@link #SELECT}, {@link #VALUES}, {@link #TABLE} are reads. {@link #SELECT_INTO} makes a table and
 * {@link #SELECT_WRITING} is a query with a statement in its WITH that changes rows; {@link #SELECT_FOR_LOCK} has FOR
 * UPDATE, FOR NO KEY UPDATE, FOR SHARE or FOR KEY SHARE in any place. Behind a WITH it is the main statement that
 * counts, so {@code WITH … DELETE} is a {@link #DELETE}, but {@code WITH … (DELETE …) SELECT} is not.
 */
@SuppressWarnings("doclint:missing") // the commands speak for themselves
public enum StatementKind {
    // queries
    SELECT(StatementFamily.READ, "SELECT"),
    VALUES(StatementFamily.READ, "VALUES"),
    TABLE(StatementFamily.READ, "TABLE"),
    SELECT_FOR_LOCK(StatementFamily.READ_LOCK),
    SELECT_INTO(StatementFamily.WRITE),
    SELECT_WRITING(StatementFamily.WRITE),
    // rows
    INSERT(StatementFamily.WRITE, "INSERT"),
    UPDATE(StatementFamily.WRITE, "UPDATE"),
    DELETE(StatementFamily.WRITE, "DELETE"),
    MERGE(StatementFamily.WRITE, "MERGE"),
    TRUNCATE(StatementFamily.WRITE, "TRUNCATE"),
    COPY_FROM_CLIENT(StatementFamily.COPY_IN),
    COPY_TO_CLIENT(StatementFamily.COPY_OUT),
    COPY_FROM_SERVER(StatementFamily.COPY_SERVER),
    COPY_TO_SERVER(StatementFamily.COPY_SERVER),
    // transactions
    BEGIN(StatementFamily.TRANSACTION, "BEGIN", "START TRANSACTION"),
    COMMIT(StatementFamily.TRANSACTION, "COMMIT", "END"),
    ROLLBACK(StatementFamily.TRANSACTION, "ROLLBACK", "ABORT"),
    SAVEPOINT(StatementFamily.TRANSACTION, InBlock.REQUIRED, "SAVEPOINT"),
    RELEASE(StatementFamily.TRANSACTION, InBlock.REQUIRED, "RELEASE"),
    ROLLBACK_TO(StatementFamily.TRANSACTION, InBlock.REQUIRED),
    PREPARE_TRANSACTION(StatementFamily.TRANSACTION, Access.WRITE),
    COMMIT_PREPARED(StatementFamily.TRANSACTION, Access.WRITE, InBlock.FORBIDDEN, "COMMIT PREPARED"),
    ROLLBACK_PREPARED(StatementFamily.TRANSACTION, Access.WRITE, InBlock.FORBIDDEN, "ROLLBACK PREPARED"),
    SET_TRANSACTION(StatementFamily.SET),
    SET_SESSION_CHARACTERISTICS(StatementFamily.SET),
    // settings and the session
    SET(StatementFamily.SET, "SET"),
    SET_CONSTRAINTS(StatementFamily.UTILITY, Access.NONE, "SET CONSTRAINTS"),
    RESET(StatementFamily.SET, "RESET"),
    SHOW(StatementFamily.SHOW, "SHOW"),
    DISCARD(StatementFamily.DISCARD, "DISCARD"),
    DISCARD_ALL(StatementFamily.DISCARD, InBlock.FORBIDDEN, "DISCARD ALL"),
    PREPARE(StatementFamily.PREPARE, "PREPARE"),
    EXECUTE(StatementFamily.PREPARE, "EXECUTE"),
    DEALLOCATE(StatementFamily.PREPARE, Access.NONE, "DEALLOCATE"),
    DECLARE(StatementFamily.CURSOR, InBlock.REQUIRED, "DECLARE"),
    DECLARE_WITH_HOLD(StatementFamily.CURSOR),
    FETCH(StatementFamily.CURSOR, "FETCH"),
    MOVE(StatementFamily.CURSOR, "MOVE"),
    CLOSE(StatementFamily.CURSOR, Access.NONE, "CLOSE"),
    LISTEN(StatementFamily.NOTIFY, Access.NONE, "LISTEN"),
    UNLISTEN(StatementFamily.NOTIFY, Access.NONE, "UNLISTEN"),
    NOTIFY(StatementFamily.NOTIFY, "NOTIFY"),
    LOCK(StatementFamily.LOCK, InBlock.REQUIRED, "LOCK"),
    DO(StatementFamily.CALL, "DO"),
    CALL(StatementFamily.CALL, "CALL"),
    LOAD(StatementFamily.UTILITY, Access.UNKNOWN, "LOAD"),
    EXPLAIN(StatementFamily.EXPLAIN, "EXPLAIN"),
    // maintenance
    VACUUM(StatementFamily.UTILITY, InBlock.FORBIDDEN, "VACUUM"),
    ANALYZE(StatementFamily.UTILITY, "ANALYZE", "ANALYSE"),
    REINDEX(StatementFamily.UTILITY, "REINDEX"),
    CLUSTER(StatementFamily.UTILITY, "CLUSTER"),
    CHECKPOINT(StatementFamily.UTILITY, "CHECKPOINT"),
    // definitions
    CREATE_TABLE_AS(StatementFamily.DDL),
    CREATE_TABLE(StatementFamily.DDL, "CREATE TABLE"),
    CREATE_FOREIGN_TABLE(StatementFamily.DDL, "CREATE FOREIGN TABLE"),
    CREATE_INDEX(StatementFamily.DDL, "CREATE INDEX"),
    CREATE_VIEW(StatementFamily.DDL, "CREATE VIEW"),
    CREATE_MATERIALIZED_VIEW(StatementFamily.DDL, "CREATE MATERIALIZED VIEW"),
    CREATE_SEQUENCE(StatementFamily.DDL, "CREATE SEQUENCE"),
    CREATE_FUNCTION(StatementFamily.DDL, "CREATE FUNCTION"),
    CREATE_PROCEDURE(StatementFamily.DDL, "CREATE PROCEDURE"),
    CREATE_AGGREGATE(StatementFamily.DDL, "CREATE AGGREGATE"),
    CREATE_OPERATOR(StatementFamily.DDL, "CREATE OPERATOR"),
    CREATE_OPERATOR_CLASS(StatementFamily.DDL, "CREATE OPERATOR CLASS"),
    CREATE_OPERATOR_FAMILY(StatementFamily.DDL, "CREATE OPERATOR FAMILY"),
    CREATE_TYPE(StatementFamily.DDL, "CREATE TYPE"),
    CREATE_DOMAIN(StatementFamily.DDL, "CREATE DOMAIN"),
    CREATE_CAST(StatementFamily.DDL, "CREATE CAST"),
    CREATE_COLLATION(StatementFamily.DDL, "CREATE COLLATION"),
    CREATE_CONVERSION(StatementFamily.DDL, "CREATE CONVERSION"),
    CREATE_DATABASE(StatementFamily.DDL, InBlock.FORBIDDEN, "CREATE DATABASE"),
    CREATE_EXTENSION(StatementFamily.DDL, "CREATE EXTENSION"),
    CREATE_FOREIGN_DATA_WRAPPER(StatementFamily.DDL, "CREATE FOREIGN DATA WRAPPER"),
    CREATE_SERVER(StatementFamily.DDL, "CREATE SERVER"),
    CREATE_USER_MAPPING(StatementFamily.DDL, "CREATE USER MAPPING"),
    CREATE_LANGUAGE(StatementFamily.DDL, "CREATE LANGUAGE"),
    CREATE_POLICY(StatementFamily.DDL, "CREATE POLICY"),
    CREATE_PUBLICATION(StatementFamily.DDL, "CREATE PUBLICATION"),
    CREATE_SUBSCRIPTION(StatementFamily.DDL, "CREATE SUBSCRIPTION"),
    CREATE_ROLE(StatementFamily.DDL, "CREATE ROLE", "CREATE USER", "CREATE GROUP"),
    CREATE_RULE(StatementFamily.DDL, "CREATE RULE"),
    CREATE_SCHEMA(StatementFamily.DDL, "CREATE SCHEMA"),
    CREATE_STATISTICS(StatementFamily.DDL, "CREATE STATISTICS"),
    CREATE_TABLESPACE(StatementFamily.DDL, InBlock.FORBIDDEN, "CREATE TABLESPACE"),
    CREATE_TEXT_SEARCH(StatementFamily.DDL, "CREATE TEXT SEARCH"),
    CREATE_TRANSFORM(StatementFamily.DDL, "CREATE TRANSFORM"),
    CREATE_TRIGGER(StatementFamily.DDL, "CREATE TRIGGER"),
    CREATE_EVENT_TRIGGER(StatementFamily.DDL, "CREATE EVENT TRIGGER"),
    CREATE_ACCESS_METHOD(StatementFamily.DDL, "CREATE ACCESS METHOD"),
    ALTER_TABLE(StatementFamily.DDL, "ALTER TABLE"),
    ALTER_FOREIGN_TABLE(StatementFamily.DDL, "ALTER FOREIGN TABLE"),
    ALTER_INDEX(StatementFamily.DDL, "ALTER INDEX"),
    ALTER_VIEW(StatementFamily.DDL, "ALTER VIEW"),
    ALTER_MATERIALIZED_VIEW(StatementFamily.DDL, "ALTER MATERIALIZED VIEW"),
    ALTER_SEQUENCE(StatementFamily.DDL, "ALTER SEQUENCE"),
    ALTER_FUNCTION(StatementFamily.DDL, "ALTER FUNCTION"),
    ALTER_PROCEDURE(StatementFamily.DDL, "ALTER PROCEDURE"),
    ALTER_AGGREGATE(StatementFamily.DDL, "ALTER AGGREGATE"),
    ALTER_OPERATOR(StatementFamily.DDL, "ALTER OPERATOR"),
    ALTER_OPERATOR_CLASS(StatementFamily.DDL, "ALTER OPERATOR CLASS"),
    ALTER_OPERATOR_FAMILY(StatementFamily.DDL, "ALTER OPERATOR FAMILY"),
    ALTER_TYPE(StatementFamily.DDL, "ALTER TYPE"),
    ALTER_DOMAIN(StatementFamily.DDL, "ALTER DOMAIN"),
    ALTER_COLLATION(StatementFamily.DDL, "ALTER COLLATION"),
    ALTER_CONVERSION(StatementFamily.DDL, "ALTER CONVERSION"),
    ALTER_DATABASE(StatementFamily.DDL, "ALTER DATABASE"),
    ALTER_EXTENSION(StatementFamily.DDL, "ALTER EXTENSION"),
    ALTER_FOREIGN_DATA_WRAPPER(StatementFamily.DDL, "ALTER FOREIGN DATA WRAPPER"),
    ALTER_SERVER(StatementFamily.DDL, "ALTER SERVER"),
    ALTER_USER_MAPPING(StatementFamily.DDL, "ALTER USER MAPPING"),
    ALTER_LANGUAGE(StatementFamily.DDL, "ALTER LANGUAGE"),
    ALTER_POLICY(StatementFamily.DDL, "ALTER POLICY"),
    ALTER_PUBLICATION(StatementFamily.DDL, "ALTER PUBLICATION"),
    ALTER_SUBSCRIPTION(StatementFamily.DDL, "ALTER SUBSCRIPTION"),
    ALTER_ROLE(StatementFamily.DDL, "ALTER ROLE", "ALTER USER", "ALTER GROUP"),
    ALTER_RULE(StatementFamily.DDL, "ALTER RULE"),
    ALTER_SCHEMA(StatementFamily.DDL, "ALTER SCHEMA"),
    ALTER_STATISTICS(StatementFamily.DDL, "ALTER STATISTICS"),
    ALTER_TABLESPACE(StatementFamily.DDL, "ALTER TABLESPACE"),
    ALTER_TEXT_SEARCH(StatementFamily.DDL, "ALTER TEXT SEARCH"),
    ALTER_TRIGGER(StatementFamily.DDL, "ALTER TRIGGER"),
    ALTER_EVENT_TRIGGER(StatementFamily.DDL, "ALTER EVENT TRIGGER"),
    ALTER_ROUTINE(StatementFamily.DDL, "ALTER ROUTINE"),
    ALTER_DEFAULT_PRIVILEGES(StatementFamily.DDL, "ALTER DEFAULT PRIVILEGES"),
    ALTER_LARGE_OBJECT(StatementFamily.DDL, "ALTER LARGE OBJECT"),
    ALTER_SYSTEM(StatementFamily.DDL, InBlock.FORBIDDEN, "ALTER SYSTEM"),
    DROP_TABLE(StatementFamily.DDL, "DROP TABLE"),
    DROP_FOREIGN_TABLE(StatementFamily.DDL, "DROP FOREIGN TABLE"),
    DROP_INDEX(StatementFamily.DDL, "DROP INDEX"),
    DROP_VIEW(StatementFamily.DDL, "DROP VIEW"),
    DROP_MATERIALIZED_VIEW(StatementFamily.DDL, "DROP MATERIALIZED VIEW"),
    DROP_SEQUENCE(StatementFamily.DDL, "DROP SEQUENCE"),
    DROP_FUNCTION(StatementFamily.DDL, "DROP FUNCTION"),
    DROP_PROCEDURE(StatementFamily.DDL, "DROP PROCEDURE"),
    DROP_AGGREGATE(StatementFamily.DDL, "DROP AGGREGATE"),
    DROP_OPERATOR(StatementFamily.DDL, "DROP OPERATOR"),
    DROP_OPERATOR_CLASS(StatementFamily.DDL, "DROP OPERATOR CLASS"),
    DROP_OPERATOR_FAMILY(StatementFamily.DDL, "DROP OPERATOR FAMILY"),
    DROP_TYPE(StatementFamily.DDL, "DROP TYPE"),
    DROP_DOMAIN(StatementFamily.DDL, "DROP DOMAIN"),
    DROP_CAST(StatementFamily.DDL, "DROP CAST"),
    DROP_COLLATION(StatementFamily.DDL, "DROP COLLATION"),
    DROP_CONVERSION(StatementFamily.DDL, "DROP CONVERSION"),
    DROP_DATABASE(StatementFamily.DDL, InBlock.FORBIDDEN, "DROP DATABASE"),
    DROP_EXTENSION(StatementFamily.DDL, "DROP EXTENSION"),
    DROP_FOREIGN_DATA_WRAPPER(StatementFamily.DDL, "DROP FOREIGN DATA WRAPPER"),
    DROP_SERVER(StatementFamily.DDL, "DROP SERVER"),
    DROP_USER_MAPPING(StatementFamily.DDL, "DROP USER MAPPING"),
    DROP_LANGUAGE(StatementFamily.DDL, "DROP LANGUAGE"),
    DROP_POLICY(StatementFamily.DDL, "DROP POLICY"),
    DROP_PUBLICATION(StatementFamily.DDL, "DROP PUBLICATION"),
    DROP_SUBSCRIPTION(StatementFamily.DDL, "DROP SUBSCRIPTION"),
    DROP_ROLE(StatementFamily.DDL, "DROP ROLE", "DROP USER", "DROP GROUP"),
    DROP_RULE(StatementFamily.DDL, "DROP RULE"),
    DROP_SCHEMA(StatementFamily.DDL, "DROP SCHEMA"),
    DROP_STATISTICS(StatementFamily.DDL, "DROP STATISTICS"),
    DROP_TABLESPACE(StatementFamily.DDL, InBlock.FORBIDDEN, "DROP TABLESPACE"),
    DROP_TEXT_SEARCH(StatementFamily.DDL, "DROP TEXT SEARCH"),
    DROP_TRANSFORM(StatementFamily.DDL, "DROP TRANSFORM"),
    DROP_TRIGGER(StatementFamily.DDL, "DROP TRIGGER"),
    DROP_EVENT_TRIGGER(StatementFamily.DDL, "DROP EVENT TRIGGER"),
    DROP_ACCESS_METHOD(StatementFamily.DDL, "DROP ACCESS METHOD"),
    DROP_ROUTINE(StatementFamily.DDL, "DROP ROUTINE"),
    DROP_OWNED(StatementFamily.DDL, "DROP OWNED"),
    REASSIGN_OWNED(StatementFamily.DDL, "REASSIGN OWNED"),
    REFRESH_MATERIALIZED_VIEW(StatementFamily.DDL, "REFRESH MATERIALIZED VIEW"),
    IMPORT_FOREIGN_SCHEMA(StatementFamily.DDL, "IMPORT FOREIGN SCHEMA"),
    COMMENT(StatementFamily.DDL, "COMMENT"),
    GRANT(StatementFamily.DDL, "GRANT"),
    REVOKE(StatementFamily.DDL, "REVOKE"),
    SECURITY_LABEL(StatementFamily.DDL, "SECURITY LABEL"),
    // the rest
    EMPTY(StatementFamily.EMPTY),
    UNKNOWN(StatementFamily.UNKNOWN);

    private final StatementFamily family;
    private final Access access;
    private final InBlock inBlock;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> words;

    StatementKind(StatementFamily family, String... words) {
        this(family, family.access(), InBlock.ALLOWED, words);
    }

    StatementKind(StatementFamily family, Access access, String... words) {
        this(family, access, InBlock.ALLOWED, words);
    }

    StatementKind(StatementFamily family, InBlock inBlock, String... words) {
        this(family, family.access(), inBlock, words);
    }

    StatementKind(StatementFamily family, Access access, InBlock inBlock, String... words) {
        this.family = family;
        this.access = access;
        this.inBlock = inBlock;
        this.words = List.of(words);
    }

    /**
     * The family; {@link Facts#family} is the one to ask of a statement.
     *
     * @return the family
     */
    public StatementFamily family() {
        return family;
    }

    /**
     * What such a statement does to data if nothing else is known of it.
     *
     * @return the access
     */
    public Access access() {
        return access;
    }

    /**
     * Whether such a statement may run in a transaction block, unless its options say otherwise.
     *
     * @return the rule
     */
    public InBlock inBlock() {
        return inBlock;
    }

    /**
     * The first words of such statements.
     *
     * @return each spelling with single spaces; empty if the first words do not tell it
     */
    public List<String> words() {
        return words;
    }
}
