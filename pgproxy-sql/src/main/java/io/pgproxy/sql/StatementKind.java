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
public enum StatementKind {
    // queries
    /** SELECT. */
    SELECT(StatementFamily.READ, "SELECT"),
    /** VALUES. */
    VALUES(StatementFamily.READ, "VALUES"),
    /** TABLE. */
    TABLE(StatementFamily.READ, "TABLE"),
    /** A query with {@code FOR UPDATE} or another row lock anywhere in it. */
    SELECT_FOR_LOCK(StatementFamily.READ_LOCK),
    /** A query that makes a table, {@code SELECT … INTO}. */
    SELECT_INTO(StatementFamily.WRITE),
    /** A query with INSERT, UPDATE, DELETE or MERGE in its WITH. */
    SELECT_WRITING(StatementFamily.WRITE),
    // rows
    /** INSERT. */
    INSERT(StatementFamily.WRITE, "INSERT"),
    /** UPDATE. */
    UPDATE(StatementFamily.WRITE, "UPDATE"),
    /** DELETE. */
    DELETE(StatementFamily.WRITE, "DELETE"),
    /** MERGE. */
    MERGE(StatementFamily.WRITE, "MERGE"),
    /** TRUNCATE. */
    TRUNCATE(StatementFamily.WRITE, "TRUNCATE"),
    /** {@code COPY … FROM STDIN}. */
    COPY_FROM_CLIENT(StatementFamily.COPY_IN),
    /** {@code COPY … TO STDOUT}. */
    COPY_TO_CLIENT(StatementFamily.COPY_OUT),
    /** COPY from a file or program of the server's. */
    COPY_FROM_SERVER(StatementFamily.COPY_SERVER),
    /** COPY to a file or program of the server's. */
    COPY_TO_SERVER(StatementFamily.COPY_SERVER),
    // transactions
    /** BEGIN. */
    BEGIN(StatementFamily.TRANSACTION, "BEGIN", "START TRANSACTION"),
    /** COMMIT. */
    COMMIT(StatementFamily.TRANSACTION, "COMMIT", "END"),
    /** ROLLBACK. */
    ROLLBACK(StatementFamily.TRANSACTION, "ROLLBACK", "ABORT"),
    /** SAVEPOINT. */
    SAVEPOINT(StatementFamily.TRANSACTION, InBlock.REQUIRED, "SAVEPOINT"),
    /** RELEASE. */
    RELEASE(StatementFamily.TRANSACTION, InBlock.REQUIRED, "RELEASE"),
    /** ROLLBACK TO. */
    ROLLBACK_TO(StatementFamily.TRANSACTION, InBlock.REQUIRED),
    /** PREPARE TRANSACTION. */
    PREPARE_TRANSACTION(StatementFamily.TRANSACTION, Access.WRITE),
    /** COMMIT PREPARED. */
    COMMIT_PREPARED(StatementFamily.TRANSACTION, Access.WRITE, InBlock.FORBIDDEN, "COMMIT PREPARED"),
    /** ROLLBACK PREPARED. */
    ROLLBACK_PREPARED(StatementFamily.TRANSACTION, Access.WRITE, InBlock.FORBIDDEN, "ROLLBACK PREPARED"),
    /** SET TRANSACTION. */
    SET_TRANSACTION(StatementFamily.SET),
    /** SET SESSION CHARACTERISTICS. */
    SET_SESSION_CHARACTERISTICS(StatementFamily.SET),
    // settings and the session
    /** SET. */
    SET(StatementFamily.SET, "SET"),
    /** SET CONSTRAINTS. */
    SET_CONSTRAINTS(StatementFamily.UTILITY, Access.NONE, "SET CONSTRAINTS"),
    /** RESET. */
    RESET(StatementFamily.SET, "RESET"),
    /** SHOW. */
    SHOW(StatementFamily.SHOW, "SHOW"),
    /** DISCARD. */
    DISCARD(StatementFamily.DISCARD, "DISCARD"),
    /** DISCARD ALL. */
    DISCARD_ALL(StatementFamily.DISCARD, InBlock.FORBIDDEN, "DISCARD ALL"),
    /** PREPARE. */
    PREPARE(StatementFamily.PREPARE, "PREPARE"),
    /** EXECUTE. */
    EXECUTE(StatementFamily.PREPARE, "EXECUTE"),
    /** DEALLOCATE. */
    DEALLOCATE(StatementFamily.PREPARE, Access.NONE, "DEALLOCATE"),
    /** DECLARE. */
    DECLARE(StatementFamily.CURSOR, InBlock.REQUIRED, "DECLARE"),
    /** {@code DECLARE … WITH HOLD}. */
    DECLARE_WITH_HOLD(StatementFamily.CURSOR),
    /** FETCH. */
    FETCH(StatementFamily.CURSOR, "FETCH"),
    /** MOVE. */
    MOVE(StatementFamily.CURSOR, "MOVE"),
    /** CLOSE. */
    CLOSE(StatementFamily.CURSOR, Access.NONE, "CLOSE"),
    /** LISTEN. */
    LISTEN(StatementFamily.NOTIFY, Access.NONE, "LISTEN"),
    /** UNLISTEN. */
    UNLISTEN(StatementFamily.NOTIFY, Access.NONE, "UNLISTEN"),
    /** NOTIFY. */
    NOTIFY(StatementFamily.NOTIFY, "NOTIFY"),
    /** LOCK. */
    LOCK(StatementFamily.LOCK, InBlock.REQUIRED, "LOCK"),
    /** DO. */
    DO(StatementFamily.CALL, "DO"),
    /** CALL. */
    CALL(StatementFamily.CALL, "CALL"),
    /** LOAD. */
    LOAD(StatementFamily.UTILITY, Access.UNKNOWN, "LOAD"),
    /** EXPLAIN. */
    EXPLAIN(StatementFamily.EXPLAIN, "EXPLAIN"),
    // maintenance
    /** VACUUM. */
    VACUUM(StatementFamily.UTILITY, InBlock.FORBIDDEN, "VACUUM"),
    /** ANALYZE. */
    ANALYZE(StatementFamily.UTILITY, "ANALYZE", "ANALYSE"),
    /** REINDEX. */
    REINDEX(StatementFamily.UTILITY, "REINDEX"),
    /** CLUSTER. */
    CLUSTER(StatementFamily.UTILITY, "CLUSTER"),
    /** CHECKPOINT. */
    CHECKPOINT(StatementFamily.UTILITY, "CHECKPOINT"),
    // definitions
    /** CREATE TABLE AS. */
    CREATE_TABLE_AS(StatementFamily.DDL),
    /** CREATE TABLE. */
    CREATE_TABLE(StatementFamily.DDL, "CREATE TABLE"),
    /** CREATE FOREIGN TABLE. */
    CREATE_FOREIGN_TABLE(StatementFamily.DDL, "CREATE FOREIGN TABLE"),
    /** CREATE INDEX. */
    CREATE_INDEX(StatementFamily.DDL, "CREATE INDEX"),
    /** CREATE VIEW. */
    CREATE_VIEW(StatementFamily.DDL, "CREATE VIEW"),
    /** CREATE MATERIALIZED VIEW. */
    CREATE_MATERIALIZED_VIEW(StatementFamily.DDL, "CREATE MATERIALIZED VIEW"),
    /** CREATE SEQUENCE. */
    CREATE_SEQUENCE(StatementFamily.DDL, "CREATE SEQUENCE"),
    /** CREATE FUNCTION. */
    CREATE_FUNCTION(StatementFamily.DDL, "CREATE FUNCTION"),
    /** CREATE PROCEDURE. */
    CREATE_PROCEDURE(StatementFamily.DDL, "CREATE PROCEDURE"),
    /** CREATE AGGREGATE. */
    CREATE_AGGREGATE(StatementFamily.DDL, "CREATE AGGREGATE"),
    /** CREATE OPERATOR. */
    CREATE_OPERATOR(StatementFamily.DDL, "CREATE OPERATOR"),
    /** CREATE OPERATOR CLASS. */
    CREATE_OPERATOR_CLASS(StatementFamily.DDL, "CREATE OPERATOR CLASS"),
    /** CREATE OPERATOR FAMILY. */
    CREATE_OPERATOR_FAMILY(StatementFamily.DDL, "CREATE OPERATOR FAMILY"),
    /** CREATE TYPE. */
    CREATE_TYPE(StatementFamily.DDL, "CREATE TYPE"),
    /** CREATE DOMAIN. */
    CREATE_DOMAIN(StatementFamily.DDL, "CREATE DOMAIN"),
    /** CREATE CAST. */
    CREATE_CAST(StatementFamily.DDL, "CREATE CAST"),
    /** CREATE COLLATION. */
    CREATE_COLLATION(StatementFamily.DDL, "CREATE COLLATION"),
    /** CREATE CONVERSION. */
    CREATE_CONVERSION(StatementFamily.DDL, "CREATE CONVERSION"),
    /** CREATE DATABASE. */
    CREATE_DATABASE(StatementFamily.DDL, InBlock.FORBIDDEN, "CREATE DATABASE"),
    /** CREATE EXTENSION. */
    CREATE_EXTENSION(StatementFamily.DDL, "CREATE EXTENSION"),
    /** CREATE FOREIGN DATA WRAPPER. */
    CREATE_FOREIGN_DATA_WRAPPER(StatementFamily.DDL, "CREATE FOREIGN DATA WRAPPER"),
    /** CREATE SERVER. */
    CREATE_SERVER(StatementFamily.DDL, "CREATE SERVER"),
    /** CREATE USER MAPPING. */
    CREATE_USER_MAPPING(StatementFamily.DDL, "CREATE USER MAPPING"),
    /** CREATE LANGUAGE. */
    CREATE_LANGUAGE(StatementFamily.DDL, "CREATE LANGUAGE"),
    /** CREATE POLICY. */
    CREATE_POLICY(StatementFamily.DDL, "CREATE POLICY"),
    /** CREATE PUBLICATION. */
    CREATE_PUBLICATION(StatementFamily.DDL, "CREATE PUBLICATION"),
    /** CREATE SUBSCRIPTION. */
    CREATE_SUBSCRIPTION(StatementFamily.DDL, "CREATE SUBSCRIPTION"),
    /** CREATE ROLE. */
    CREATE_ROLE(StatementFamily.DDL, "CREATE ROLE", "CREATE USER", "CREATE GROUP"),
    /** CREATE RULE. */
    CREATE_RULE(StatementFamily.DDL, "CREATE RULE"),
    /** CREATE SCHEMA. */
    CREATE_SCHEMA(StatementFamily.DDL, "CREATE SCHEMA"),
    /** CREATE STATISTICS. */
    CREATE_STATISTICS(StatementFamily.DDL, "CREATE STATISTICS"),
    /** CREATE TABLESPACE. */
    CREATE_TABLESPACE(StatementFamily.DDL, InBlock.FORBIDDEN, "CREATE TABLESPACE"),
    /** CREATE TEXT SEARCH. */
    CREATE_TEXT_SEARCH(StatementFamily.DDL, "CREATE TEXT SEARCH"),
    /** CREATE TRANSFORM. */
    CREATE_TRANSFORM(StatementFamily.DDL, "CREATE TRANSFORM"),
    /** CREATE TRIGGER. */
    CREATE_TRIGGER(StatementFamily.DDL, "CREATE TRIGGER"),
    /** CREATE EVENT TRIGGER. */
    CREATE_EVENT_TRIGGER(StatementFamily.DDL, "CREATE EVENT TRIGGER"),
    /** CREATE ACCESS METHOD. */
    CREATE_ACCESS_METHOD(StatementFamily.DDL, "CREATE ACCESS METHOD"),
    /** ALTER TABLE. */
    ALTER_TABLE(StatementFamily.DDL, "ALTER TABLE"),
    /** ALTER FOREIGN TABLE. */
    ALTER_FOREIGN_TABLE(StatementFamily.DDL, "ALTER FOREIGN TABLE"),
    /** ALTER INDEX. */
    ALTER_INDEX(StatementFamily.DDL, "ALTER INDEX"),
    /** ALTER VIEW. */
    ALTER_VIEW(StatementFamily.DDL, "ALTER VIEW"),
    /** ALTER MATERIALIZED VIEW. */
    ALTER_MATERIALIZED_VIEW(StatementFamily.DDL, "ALTER MATERIALIZED VIEW"),
    /** ALTER SEQUENCE. */
    ALTER_SEQUENCE(StatementFamily.DDL, "ALTER SEQUENCE"),
    /** ALTER FUNCTION. */
    ALTER_FUNCTION(StatementFamily.DDL, "ALTER FUNCTION"),
    /** ALTER PROCEDURE. */
    ALTER_PROCEDURE(StatementFamily.DDL, "ALTER PROCEDURE"),
    /** ALTER AGGREGATE. */
    ALTER_AGGREGATE(StatementFamily.DDL, "ALTER AGGREGATE"),
    /** ALTER OPERATOR. */
    ALTER_OPERATOR(StatementFamily.DDL, "ALTER OPERATOR"),
    /** ALTER OPERATOR CLASS. */
    ALTER_OPERATOR_CLASS(StatementFamily.DDL, "ALTER OPERATOR CLASS"),
    /** ALTER OPERATOR FAMILY. */
    ALTER_OPERATOR_FAMILY(StatementFamily.DDL, "ALTER OPERATOR FAMILY"),
    /** ALTER TYPE. */
    ALTER_TYPE(StatementFamily.DDL, "ALTER TYPE"),
    /** ALTER DOMAIN. */
    ALTER_DOMAIN(StatementFamily.DDL, "ALTER DOMAIN"),
    /** ALTER COLLATION. */
    ALTER_COLLATION(StatementFamily.DDL, "ALTER COLLATION"),
    /** ALTER CONVERSION. */
    ALTER_CONVERSION(StatementFamily.DDL, "ALTER CONVERSION"),
    /** ALTER DATABASE. */
    ALTER_DATABASE(StatementFamily.DDL, "ALTER DATABASE"),
    /** ALTER EXTENSION. */
    ALTER_EXTENSION(StatementFamily.DDL, "ALTER EXTENSION"),
    /** ALTER FOREIGN DATA WRAPPER. */
    ALTER_FOREIGN_DATA_WRAPPER(StatementFamily.DDL, "ALTER FOREIGN DATA WRAPPER"),
    /** ALTER SERVER. */
    ALTER_SERVER(StatementFamily.DDL, "ALTER SERVER"),
    /** ALTER USER MAPPING. */
    ALTER_USER_MAPPING(StatementFamily.DDL, "ALTER USER MAPPING"),
    /** ALTER LANGUAGE. */
    ALTER_LANGUAGE(StatementFamily.DDL, "ALTER LANGUAGE"),
    /** ALTER POLICY. */
    ALTER_POLICY(StatementFamily.DDL, "ALTER POLICY"),
    /** ALTER PUBLICATION. */
    ALTER_PUBLICATION(StatementFamily.DDL, "ALTER PUBLICATION"),
    /** ALTER SUBSCRIPTION. */
    ALTER_SUBSCRIPTION(StatementFamily.DDL, "ALTER SUBSCRIPTION"),
    /** ALTER ROLE. */
    ALTER_ROLE(StatementFamily.DDL, "ALTER ROLE", "ALTER USER", "ALTER GROUP"),
    /** ALTER RULE. */
    ALTER_RULE(StatementFamily.DDL, "ALTER RULE"),
    /** ALTER SCHEMA. */
    ALTER_SCHEMA(StatementFamily.DDL, "ALTER SCHEMA"),
    /** ALTER STATISTICS. */
    ALTER_STATISTICS(StatementFamily.DDL, "ALTER STATISTICS"),
    /** ALTER TABLESPACE. */
    ALTER_TABLESPACE(StatementFamily.DDL, "ALTER TABLESPACE"),
    /** ALTER TEXT SEARCH. */
    ALTER_TEXT_SEARCH(StatementFamily.DDL, "ALTER TEXT SEARCH"),
    /** ALTER TRIGGER. */
    ALTER_TRIGGER(StatementFamily.DDL, "ALTER TRIGGER"),
    /** ALTER EVENT TRIGGER. */
    ALTER_EVENT_TRIGGER(StatementFamily.DDL, "ALTER EVENT TRIGGER"),
    /** ALTER ROUTINE. */
    ALTER_ROUTINE(StatementFamily.DDL, "ALTER ROUTINE"),
    /** ALTER DEFAULT PRIVILEGES. */
    ALTER_DEFAULT_PRIVILEGES(StatementFamily.DDL, "ALTER DEFAULT PRIVILEGES"),
    /** ALTER LARGE OBJECT. */
    ALTER_LARGE_OBJECT(StatementFamily.DDL, "ALTER LARGE OBJECT"),
    /** ALTER SYSTEM. */
    ALTER_SYSTEM(StatementFamily.DDL, InBlock.FORBIDDEN, "ALTER SYSTEM"),
    /** DROP TABLE. */
    DROP_TABLE(StatementFamily.DDL, "DROP TABLE"),
    /** DROP FOREIGN TABLE. */
    DROP_FOREIGN_TABLE(StatementFamily.DDL, "DROP FOREIGN TABLE"),
    /** DROP INDEX. */
    DROP_INDEX(StatementFamily.DDL, "DROP INDEX"),
    /** DROP VIEW. */
    DROP_VIEW(StatementFamily.DDL, "DROP VIEW"),
    /** DROP MATERIALIZED VIEW. */
    DROP_MATERIALIZED_VIEW(StatementFamily.DDL, "DROP MATERIALIZED VIEW"),
    /** DROP SEQUENCE. */
    DROP_SEQUENCE(StatementFamily.DDL, "DROP SEQUENCE"),
    /** DROP FUNCTION. */
    DROP_FUNCTION(StatementFamily.DDL, "DROP FUNCTION"),
    /** DROP PROCEDURE. */
    DROP_PROCEDURE(StatementFamily.DDL, "DROP PROCEDURE"),
    /** DROP AGGREGATE. */
    DROP_AGGREGATE(StatementFamily.DDL, "DROP AGGREGATE"),
    /** DROP OPERATOR. */
    DROP_OPERATOR(StatementFamily.DDL, "DROP OPERATOR"),
    /** DROP OPERATOR CLASS. */
    DROP_OPERATOR_CLASS(StatementFamily.DDL, "DROP OPERATOR CLASS"),
    /** DROP OPERATOR FAMILY. */
    DROP_OPERATOR_FAMILY(StatementFamily.DDL, "DROP OPERATOR FAMILY"),
    /** DROP TYPE. */
    DROP_TYPE(StatementFamily.DDL, "DROP TYPE"),
    /** DROP DOMAIN. */
    DROP_DOMAIN(StatementFamily.DDL, "DROP DOMAIN"),
    /** DROP CAST. */
    DROP_CAST(StatementFamily.DDL, "DROP CAST"),
    /** DROP COLLATION. */
    DROP_COLLATION(StatementFamily.DDL, "DROP COLLATION"),
    /** DROP CONVERSION. */
    DROP_CONVERSION(StatementFamily.DDL, "DROP CONVERSION"),
    /** DROP DATABASE. */
    DROP_DATABASE(StatementFamily.DDL, InBlock.FORBIDDEN, "DROP DATABASE"),
    /** DROP EXTENSION. */
    DROP_EXTENSION(StatementFamily.DDL, "DROP EXTENSION"),
    /** DROP FOREIGN DATA WRAPPER. */
    DROP_FOREIGN_DATA_WRAPPER(StatementFamily.DDL, "DROP FOREIGN DATA WRAPPER"),
    /** DROP SERVER. */
    DROP_SERVER(StatementFamily.DDL, "DROP SERVER"),
    /** DROP USER MAPPING. */
    DROP_USER_MAPPING(StatementFamily.DDL, "DROP USER MAPPING"),
    /** DROP LANGUAGE. */
    DROP_LANGUAGE(StatementFamily.DDL, "DROP LANGUAGE"),
    /** DROP POLICY. */
    DROP_POLICY(StatementFamily.DDL, "DROP POLICY"),
    /** DROP PUBLICATION. */
    DROP_PUBLICATION(StatementFamily.DDL, "DROP PUBLICATION"),
    /** DROP SUBSCRIPTION. */
    DROP_SUBSCRIPTION(StatementFamily.DDL, "DROP SUBSCRIPTION"),
    /** DROP ROLE. */
    DROP_ROLE(StatementFamily.DDL, "DROP ROLE", "DROP USER", "DROP GROUP"),
    /** DROP RULE. */
    DROP_RULE(StatementFamily.DDL, "DROP RULE"),
    /** DROP SCHEMA. */
    DROP_SCHEMA(StatementFamily.DDL, "DROP SCHEMA"),
    /** DROP STATISTICS. */
    DROP_STATISTICS(StatementFamily.DDL, "DROP STATISTICS"),
    /** DROP TABLESPACE. */
    DROP_TABLESPACE(StatementFamily.DDL, InBlock.FORBIDDEN, "DROP TABLESPACE"),
    /** DROP TEXT SEARCH. */
    DROP_TEXT_SEARCH(StatementFamily.DDL, "DROP TEXT SEARCH"),
    /** DROP TRANSFORM. */
    DROP_TRANSFORM(StatementFamily.DDL, "DROP TRANSFORM"),
    /** DROP TRIGGER. */
    DROP_TRIGGER(StatementFamily.DDL, "DROP TRIGGER"),
    /** DROP EVENT TRIGGER. */
    DROP_EVENT_TRIGGER(StatementFamily.DDL, "DROP EVENT TRIGGER"),
    /** DROP ACCESS METHOD. */
    DROP_ACCESS_METHOD(StatementFamily.DDL, "DROP ACCESS METHOD"),
    /** DROP ROUTINE. */
    DROP_ROUTINE(StatementFamily.DDL, "DROP ROUTINE"),
    /** DROP OWNED. */
    DROP_OWNED(StatementFamily.DDL, "DROP OWNED"),
    /** REASSIGN OWNED. */
    REASSIGN_OWNED(StatementFamily.DDL, "REASSIGN OWNED"),
    /** REFRESH MATERIALIZED VIEW. */
    REFRESH_MATERIALIZED_VIEW(StatementFamily.DDL, "REFRESH MATERIALIZED VIEW"),
    /** IMPORT FOREIGN SCHEMA. */
    IMPORT_FOREIGN_SCHEMA(StatementFamily.DDL, "IMPORT FOREIGN SCHEMA"),
    /** COMMENT. */
    COMMENT(StatementFamily.DDL, "COMMENT"),
    /** GRANT. */
    GRANT(StatementFamily.DDL, "GRANT"),
    /** REVOKE. */
    REVOKE(StatementFamily.DDL, "REVOKE"),
    /** SECURITY LABEL. */
    SECURITY_LABEL(StatementFamily.DDL, "SECURITY LABEL"),
    // the rest
    /** Nothing but white space and comments. */
    EMPTY(StatementFamily.EMPTY),
    /** What was not understood. */
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
