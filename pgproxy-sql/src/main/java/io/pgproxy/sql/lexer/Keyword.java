package io.pgproxy.sql.lexer;

import java.util.Locale;

/**
 * The keywords of PostgreSQL 14 to 18 as {@code pg_get_keywords()} of each tells them. The constants are written by
 * {@code KeywordsGenerator} in this module's tests, which asks the servers; not to be edited.
 */
public enum Keyword {
    /** {@code ABORT}. */
    ABORT("UUUUU"),
    /** {@code ABSENT}. */
    ABSENT("--UUU"),
    /** {@code ABSOLUTE}. */
    ABSOLUTE("UUUUU"),
    /** {@code ACCESS}. */
    ACCESS("UUUUU"),
    /** {@code ACTION}. */
    ACTION("UUUUU"),
    /** {@code ADD}. */
    ADD("UUUUU"),
    /** {@code ADMIN}. */
    ADMIN("UUUUU"),
    /** {@code AFTER}. */
    AFTER("UUUUU"),
    /** {@code AGGREGATE}. */
    AGGREGATE("UUUUU"),
    /** {@code ALL}. */
    ALL("RRRRR"),
    /** {@code ALSO}. */
    ALSO("UUUUU"),
    /** {@code ALTER}. */
    ALTER("UUUUU"),
    /** {@code ALWAYS}. */
    ALWAYS("UUUUU"),
    /** {@code ANALYSE}. */
    ANALYSE("RRRRR"),
    /** {@code ANALYZE}. */
    ANALYZE("RRRRR"),
    /** {@code AND}. */
    AND("RRRRR"),
    /** {@code ANY}. */
    ANY("RRRRR"),
    /** {@code ARRAY}. */
    ARRAY("rrrrr"),
    /** {@code AS}. */
    AS("rrrrr"),
    /** {@code ASC}. */
    ASC("RRRRR"),
    /** {@code ASENSITIVE}. */
    ASENSITIVE("UUUUU"),
    /** {@code ASSERTION}. */
    ASSERTION("UUUUU"),
    /** {@code ASSIGNMENT}. */
    ASSIGNMENT("UUUUU"),
    /** {@code ASYMMETRIC}. */
    ASYMMETRIC("RRRRR"),
    /** {@code AT}. */
    AT("UUUUU"),
    /** {@code ATOMIC}. */
    ATOMIC("UUUUU"),
    /** {@code ATTACH}. */
    ATTACH("UUUUU"),
    /** {@code ATTRIBUTE}. */
    ATTRIBUTE("UUUUU"),
    /** {@code AUTHORIZATION}. */
    AUTHORIZATION("TTTTT"),
    /** {@code BACKWARD}. */
    BACKWARD("UUUUU"),
    /** {@code BEFORE}. */
    BEFORE("UUUUU"),
    /** {@code BEGIN}. */
    BEGIN("UUUUU"),
    /** {@code BETWEEN}. */
    BETWEEN("CCCCC"),
    /** {@code BIGINT}. */
    BIGINT("CCCCC"),
    /** {@code BINARY}. */
    BINARY("TTTTT"),
    /** {@code BIT}. */
    BIT("CCCCC"),
    /** {@code BOOLEAN}. */
    BOOLEAN("CCCCC"),
    /** {@code BOTH}. */
    BOTH("RRRRR"),
    /** {@code BREADTH}. */
    BREADTH("UUUUU"),
    /** {@code BY}. */
    BY("UUUUU"),
    /** {@code CACHE}. */
    CACHE("UUUUU"),
    /** {@code CALL}. */
    CALL("UUUUU"),
    /** {@code CALLED}. */
    CALLED("UUUUU"),
    /** {@code CASCADE}. */
    CASCADE("UUUUU"),
    /** {@code CASCADED}. */
    CASCADED("UUUUU"),
    /** {@code CASE}. */
    CASE("RRRRR"),
    /** {@code CAST}. */
    CAST("RRRRR"),
    /** {@code CATALOG}. */
    CATALOG("UUUUU"),
    /** {@code CHAIN}. */
    CHAIN("UUUUU"),
    /** {@code CHAR}. */
    CHAR("ccccc"),
    /** {@code CHARACTER}. */
    CHARACTER("ccccc"),
    /** {@code CHARACTERISTICS}. */
    CHARACTERISTICS("UUUUU"),
    /** {@code CHECK}. */
    CHECK("RRRRR"),
    /** {@code CHECKPOINT}. */
    CHECKPOINT("UUUUU"),
    /** {@code CLASS}. */
    CLASS("UUUUU"),
    /** {@code CLOSE}. */
    CLOSE("UUUUU"),
    /** {@code CLUSTER}. */
    CLUSTER("UUUUU"),
    /** {@code COALESCE}. */
    COALESCE("CCCCC"),
    /** {@code COLLATE}. */
    COLLATE("RRRRR"),
    /** {@code COLLATION}. */
    COLLATION("TTTTT"),
    /** {@code COLUMN}. */
    COLUMN("RRRRR"),
    /** {@code COLUMNS}. */
    COLUMNS("UUUUU"),
    /** {@code COMMENT}. */
    COMMENT("UUUUU"),
    /** {@code COMMENTS}. */
    COMMENTS("UUUUU"),
    /** {@code COMMIT}. */
    COMMIT("UUUUU"),
    /** {@code COMMITTED}. */
    COMMITTED("UUUUU"),
    /** {@code COMPRESSION}. */
    COMPRESSION("UUUUU"),
    /** {@code CONCURRENTLY}. */
    CONCURRENTLY("TTTTT"),
    /** {@code CONDITIONAL}. */
    CONDITIONAL("---UU"),
    /** {@code CONFIGURATION}. */
    CONFIGURATION("UUUUU"),
    /** {@code CONFLICT}. */
    CONFLICT("UUUUU"),
    /** {@code CONNECTION}. */
    CONNECTION("UUUUU"),
    /** {@code CONSTRAINT}. */
    CONSTRAINT("RRRRR"),
    /** {@code CONSTRAINTS}. */
    CONSTRAINTS("UUUUU"),
    /** {@code CONTENT}. */
    CONTENT("UUUUU"),
    /** {@code CONTINUE}. */
    CONTINUE("UUUUU"),
    /** {@code CONVERSION}. */
    CONVERSION("UUUUU"),
    /** {@code COPY}. */
    COPY("UUUUU"),
    /** {@code COST}. */
    COST("UUUUU"),
    /** {@code CREATE}. */
    CREATE("rrrrr"),
    /** {@code CROSS}. */
    CROSS("TTTTT"),
    /** {@code CSV}. */
    CSV("UUUUU"),
    /** {@code CUBE}. */
    CUBE("UUUUU"),
    /** {@code CURRENT}. */
    CURRENT("UUUUU"),
    /** {@code CURRENT_CATALOG}. */
    CURRENT_CATALOG("RRRRR"),
    /** {@code CURRENT_DATE}. */
    CURRENT_DATE("RRRRR"),
    /** {@code CURRENT_ROLE}. */
    CURRENT_ROLE("RRRRR"),
    /** {@code CURRENT_SCHEMA}. */
    CURRENT_SCHEMA("TTTTT"),
    /** {@code CURRENT_TIME}. */
    CURRENT_TIME("RRRRR"),
    /** {@code CURRENT_TIMESTAMP}. */
    CURRENT_TIMESTAMP("RRRRR"),
    /** {@code CURRENT_USER}. */
    CURRENT_USER("RRRRR"),
    /** {@code CURSOR}. */
    CURSOR("UUUUU"),
    /** {@code CYCLE}. */
    CYCLE("UUUUU"),
    /** {@code DATA}. */
    DATA("UUUUU"),
    /** {@code DATABASE}. */
    DATABASE("UUUUU"),
    /** {@code DAY}. */
    DAY("uuuuu"),
    /** {@code DEALLOCATE}. */
    DEALLOCATE("UUUUU"),
    /** {@code DEC}. */
    DEC("CCCCC"),
    /** {@code DECIMAL}. */
    DECIMAL("CCCCC"),
    /** {@code DECLARE}. */
    DECLARE("UUUUU"),
    /** {@code DEFAULT}. */
    DEFAULT("RRRRR"),
    /** {@code DEFAULTS}. */
    DEFAULTS("UUUUU"),
    /** {@code DEFERRABLE}. */
    DEFERRABLE("RRRRR"),
    /** {@code DEFERRED}. */
    DEFERRED("UUUUU"),
    /** {@code DEFINER}. */
    DEFINER("UUUUU"),
    /** {@code DELETE}. */
    DELETE("UUUUU"),
    /** {@code DELIMITER}. */
    DELIMITER("UUUUU"),
    /** {@code DELIMITERS}. */
    DELIMITERS("UUUUU"),
    /** {@code DEPENDS}. */
    DEPENDS("UUUUU"),
    /** {@code DEPTH}. */
    DEPTH("UUUUU"),
    /** {@code DESC}. */
    DESC("RRRRR"),
    /** {@code DETACH}. */
    DETACH("UUUUU"),
    /** {@code DICTIONARY}. */
    DICTIONARY("UUUUU"),
    /** {@code DISABLE}. */
    DISABLE("UUUUU"),
    /** {@code DISCARD}. */
    DISCARD("UUUUU"),
    /** {@code DISTINCT}. */
    DISTINCT("RRRRR"),
    /** {@code DO}. */
    DO("RRRRR"),
    /** {@code DOCUMENT}. */
    DOCUMENT("UUUUU"),
    /** {@code DOMAIN}. */
    DOMAIN("UUUUU"),
    /** {@code DOUBLE}. */
    DOUBLE("UUUUU"),
    /** {@code DROP}. */
    DROP("UUUUU"),
    /** {@code EACH}. */
    EACH("UUUUU"),
    /** {@code ELSE}. */
    ELSE("RRRRR"),
    /** {@code EMPTY}. */
    EMPTY("---UU"),
    /** {@code ENABLE}. */
    ENABLE("UUUUU"),
    /** {@code ENCODING}. */
    ENCODING("UUUUU"),
    /** {@code ENCRYPTED}. */
    ENCRYPTED("UUUUU"),
    /** {@code END}. */
    END("RRRRR"),
    /** {@code ENFORCED}. */
    ENFORCED("----U"),
    /** {@code ENUM}. */
    ENUM("UUUUU"),
    /** {@code ERROR}. */
    ERROR("---UU"),
    /** {@code ESCAPE}. */
    ESCAPE("UUUUU"),
    /** {@code EVENT}. */
    EVENT("UUUUU"),
    /** {@code EXCEPT}. */
    EXCEPT("rrrrr"),
    /** {@code EXCLUDE}. */
    EXCLUDE("UUUUU"),
    /** {@code EXCLUDING}. */
    EXCLUDING("UUUUU"),
    /** {@code EXCLUSIVE}. */
    EXCLUSIVE("UUUUU"),
    /** {@code EXECUTE}. */
    EXECUTE("UUUUU"),
    /** {@code EXISTS}. */
    EXISTS("CCCCC"),
    /** {@code EXPLAIN}. */
    EXPLAIN("UUUUU"),
    /** {@code EXPRESSION}. */
    EXPRESSION("UUUUU"),
    /** {@code EXTENSION}. */
    EXTENSION("UUUUU"),
    /** {@code EXTERNAL}. */
    EXTERNAL("UUUUU"),
    /** {@code EXTRACT}. */
    EXTRACT("CCCCC"),
    /** {@code FALSE}. */
    FALSE("RRRRR"),
    /** {@code FAMILY}. */
    FAMILY("UUUUU"),
    /** {@code FETCH}. */
    FETCH("rrrrr"),
    /** {@code FILTER}. */
    FILTER("uuuuu"),
    /** {@code FINALIZE}. */
    FINALIZE("UUUUU"),
    /** {@code FIRST}. */
    FIRST("UUUUU"),
    /** {@code FLOAT}. */
    FLOAT("CCCCC"),
    /** {@code FOLLOWING}. */
    FOLLOWING("UUUUU"),
    /** {@code FOR}. */
    FOR("rrrrr"),
    /** {@code FORCE}. */
    FORCE("UUUUU"),
    /** {@code FOREIGN}. */
    FOREIGN("RRRRR"),
    /** {@code FORMAT}. */
    FORMAT("--UUU"),
    /** {@code FORWARD}. */
    FORWARD("UUUUU"),
    /** {@code FREEZE}. */
    FREEZE("TTTTT"),
    /** {@code FROM}. */
    FROM("rrrrr"),
    /** {@code FULL}. */
    FULL("TTTTT"),
    /** {@code FUNCTION}. */
    FUNCTION("UUUUU"),
    /** {@code FUNCTIONS}. */
    FUNCTIONS("UUUUU"),
    /** {@code GENERATED}. */
    GENERATED("UUUUU"),
    /** {@code GLOBAL}. */
    GLOBAL("UUUUU"),
    /** {@code GRANT}. */
    GRANT("rrrrr"),
    /** {@code GRANTED}. */
    GRANTED("UUUUU"),
    /** {@code GREATEST}. */
    GREATEST("CCCCC"),
    /** {@code GROUP}. */
    GROUP("rrrrr"),
    /** {@code GROUPING}. */
    GROUPING("CCCCC"),
    /** {@code GROUPS}. */
    GROUPS("UUUUU"),
    /** {@code HANDLER}. */
    HANDLER("UUUUU"),
    /** {@code HAVING}. */
    HAVING("rrrrr"),
    /** {@code HEADER}. */
    HEADER("UUUUU"),
    /** {@code HOLD}. */
    HOLD("UUUUU"),
    /** {@code HOUR}. */
    HOUR("uuuuu"),
    /** {@code IDENTITY}. */
    IDENTITY("UUUUU"),
    /** {@code IF}. */
    IF("UUUUU"),
    /** {@code ILIKE}. */
    ILIKE("TTTTT"),
    /** {@code IMMEDIATE}. */
    IMMEDIATE("UUUUU"),
    /** {@code IMMUTABLE}. */
    IMMUTABLE("UUUUU"),
    /** {@code IMPLICIT}. */
    IMPLICIT("UUUUU"),
    /** {@code IMPORT}. */
    IMPORT("UUUUU"),
    /** {@code IN}. */
    IN("RRRRR"),
    /** {@code INCLUDE}. */
    INCLUDE("UUUUU"),
    /** {@code INCLUDING}. */
    INCLUDING("UUUUU"),
    /** {@code INCREMENT}. */
    INCREMENT("UUUUU"),
    /** {@code INDENT}. */
    INDENT("--UUU"),
    /** {@code INDEX}. */
    INDEX("UUUUU"),
    /** {@code INDEXES}. */
    INDEXES("UUUUU"),
    /** {@code INHERIT}. */
    INHERIT("UUUUU"),
    /** {@code INHERITS}. */
    INHERITS("UUUUU"),
    /** {@code INITIALLY}. */
    INITIALLY("RRRRR"),
    /** {@code INLINE}. */
    INLINE("UUUUU"),
    /** {@code INNER}. */
    INNER("TTTTT"),
    /** {@code INOUT}. */
    INOUT("CCCCC"),
    /** {@code INPUT}. */
    INPUT("UUUUU"),
    /** {@code INSENSITIVE}. */
    INSENSITIVE("UUUUU"),
    /** {@code INSERT}. */
    INSERT("UUUUU"),
    /** {@code INSTEAD}. */
    INSTEAD("UUUUU"),
    /** {@code INT}. */
    INT("CCCCC"),
    /** {@code INTEGER}. */
    INTEGER("CCCCC"),
    /** {@code INTERSECT}. */
    INTERSECT("rrrrr"),
    /** {@code INTERVAL}. */
    INTERVAL("CCCCC"),
    /** {@code INTO}. */
    INTO("rrrrr"),
    /** {@code INVOKER}. */
    INVOKER("UUUUU"),
    /** {@code IS}. */
    IS("TTTTT"),
    /** {@code ISNULL}. */
    ISNULL("ttttt"),
    /** {@code ISOLATION}. */
    ISOLATION("UUUUU"),
    /** {@code JOIN}. */
    JOIN("TTTTT"),
    /** {@code JSON}. */
    JSON("--UCC"),
    /** {@code JSON_ARRAY}. */
    JSON_ARRAY("--CCC"),
    /** {@code JSON_ARRAYAGG}. */
    JSON_ARRAYAGG("--CCC"),
    /** {@code JSON_EXISTS}. */
    JSON_EXISTS("---CC"),
    /** {@code JSON_OBJECT}. */
    JSON_OBJECT("--CCC"),
    /** {@code JSON_OBJECTAGG}. */
    JSON_OBJECTAGG("--CCC"),
    /** {@code JSON_QUERY}. */
    JSON_QUERY("---CC"),
    /** {@code JSON_SCALAR}. */
    JSON_SCALAR("---CC"),
    /** {@code JSON_SERIALIZE}. */
    JSON_SERIALIZE("---CC"),
    /** {@code JSON_TABLE}. */
    JSON_TABLE("---CC"),
    /** {@code JSON_VALUE}. */
    JSON_VALUE("---CC"),
    /** {@code KEEP}. */
    KEEP("---UU"),
    /** {@code KEY}. */
    KEY("UUUUU"),
    /** {@code KEYS}. */
    KEYS("--UUU"),
    /** {@code LABEL}. */
    LABEL("UUUUU"),
    /** {@code LANGUAGE}. */
    LANGUAGE("UUUUU"),
    /** {@code LARGE}. */
    LARGE("UUUUU"),
    /** {@code LAST}. */
    LAST("UUUUU"),
    /** {@code LATERAL}. */
    LATERAL("RRRRR"),
    /** {@code LEADING}. */
    LEADING("RRRRR"),
    /** {@code LEAKPROOF}. */
    LEAKPROOF("UUUUU"),
    /** {@code LEAST}. */
    LEAST("CCCCC"),
    /** {@code LEFT}. */
    LEFT("TTTTT"),
    /** {@code LEVEL}. */
    LEVEL("UUUUU"),
    /** {@code LIKE}. */
    LIKE("TTTTT"),
    /** {@code LIMIT}. */
    LIMIT("rrrrr"),
    /** {@code LISTEN}. */
    LISTEN("UUUUU"),
    /** {@code LOAD}. */
    LOAD("UUUUU"),
    /** {@code LOCAL}. */
    LOCAL("UUUUU"),
    /** {@code LOCALTIME}. */
    LOCALTIME("RRRRR"),
    /** {@code LOCALTIMESTAMP}. */
    LOCALTIMESTAMP("RRRRR"),
    /** {@code LOCATION}. */
    LOCATION("UUUUU"),
    /** {@code LOCK}. */
    LOCK("UUUUU"),
    /** {@code LOCKED}. */
    LOCKED("UUUUU"),
    /** {@code LOGGED}. */
    LOGGED("UUUUU"),
    /** {@code MAPPING}. */
    MAPPING("UUUUU"),
    /** {@code MATCH}. */
    MATCH("UUUUU"),
    /** {@code MATCHED}. */
    MATCHED("-UUUU"),
    /** {@code MATERIALIZED}. */
    MATERIALIZED("UUUUU"),
    /** {@code MAXVALUE}. */
    MAXVALUE("UUUUU"),
    /** {@code MERGE}. */
    MERGE("-UUUU"),
    /** {@code MERGE_ACTION}. */
    MERGE_ACTION("---CC"),
    /** {@code METHOD}. */
    METHOD("UUUUU"),
    /** {@code MINUTE}. */
    MINUTE("uuuuu"),
    /** {@code MINVALUE}. */
    MINVALUE("UUUUU"),
    /** {@code MODE}. */
    MODE("UUUUU"),
    /** {@code MONTH}. */
    MONTH("uuuuu"),
    /** {@code MOVE}. */
    MOVE("UUUUU"),
    /** {@code NAME}. */
    NAME("UUUUU"),
    /** {@code NAMES}. */
    NAMES("UUUUU"),
    /** {@code NATIONAL}. */
    NATIONAL("CCCCC"),
    /** {@code NATURAL}. */
    NATURAL("TTTTT"),
    /** {@code NCHAR}. */
    NCHAR("CCCCC"),
    /** {@code NESTED}. */
    NESTED("---UU"),
    /** {@code NEW}. */
    NEW("UUUUU"),
    /** {@code NEXT}. */
    NEXT("UUUUU"),
    /** {@code NFC}. */
    NFC("UUUUU"),
    /** {@code NFD}. */
    NFD("UUUUU"),
    /** {@code NFKC}. */
    NFKC("UUUUU"),
    /** {@code NFKD}. */
    NFKD("UUUUU"),
    /** {@code NO}. */
    NO("UUUUU"),
    /** {@code NONE}. */
    NONE("CCCCC"),
    /** {@code NORMALIZE}. */
    NORMALIZE("CCCCC"),
    /** {@code NORMALIZED}. */
    NORMALIZED("UUUUU"),
    /** {@code NOT}. */
    NOT("RRRRR"),
    /** {@code NOTHING}. */
    NOTHING("UUUUU"),
    /** {@code NOTIFY}. */
    NOTIFY("UUUUU"),
    /** {@code NOTNULL}. */
    NOTNULL("ttttt"),
    /** {@code NOWAIT}. */
    NOWAIT("UUUUU"),
    /** {@code NULL}. */
    NULL("RRRRR"),
    /** {@code NULLIF}. */
    NULLIF("CCCCC"),
    /** {@code NULLS}. */
    NULLS("UUUUU"),
    /** {@code NUMERIC}. */
    NUMERIC("CCCCC"),
    /** {@code OBJECT}. */
    OBJECT("UUUUU"),
    /** {@code OBJECTS}. */
    OBJECTS("----U"),
    /** {@code OF}. */
    OF("UUUUU"),
    /** {@code OFF}. */
    OFF("UUUUU"),
    /** {@code OFFSET}. */
    OFFSET("rrrrr"),
    /** {@code OIDS}. */
    OIDS("UUUUU"),
    /** {@code OLD}. */
    OLD("UUUUU"),
    /** {@code OMIT}. */
    OMIT("---UU"),
    /** {@code ON}. */
    ON("rrrrr"),
    /** {@code ONLY}. */
    ONLY("RRRRR"),
    /** {@code OPERATOR}. */
    OPERATOR("UUUUU"),
    /** {@code OPTION}. */
    OPTION("UUUUU"),
    /** {@code OPTIONS}. */
    OPTIONS("UUUUU"),
    /** {@code OR}. */
    OR("RRRRR"),
    /** {@code ORDER}. */
    ORDER("rrrrr"),
    /** {@code ORDINALITY}. */
    ORDINALITY("UUUUU"),
    /** {@code OTHERS}. */
    OTHERS("UUUUU"),
    /** {@code OUT}. */
    OUT("CCCCC"),
    /** {@code OUTER}. */
    OUTER("TTTTT"),
    /** {@code OVER}. */
    OVER("uuuuu"),
    /** {@code OVERLAPS}. */
    OVERLAPS("ttttt"),
    /** {@code OVERLAY}. */
    OVERLAY("CCCCC"),
    /** {@code OVERRIDING}. */
    OVERRIDING("UUUUU"),
    /** {@code OWNED}. */
    OWNED("UUUUU"),
    /** {@code OWNER}. */
    OWNER("UUUUU"),
    /** {@code PARALLEL}. */
    PARALLEL("UUUUU"),
    /** {@code PARAMETER}. */
    PARAMETER("-UUUU"),
    /** {@code PARSER}. */
    PARSER("UUUUU"),
    /** {@code PARTIAL}. */
    PARTIAL("UUUUU"),
    /** {@code PARTITION}. */
    PARTITION("UUUUU"),
    /** {@code PASSING}. */
    PASSING("UUUUU"),
    /** {@code PASSWORD}. */
    PASSWORD("UUUUU"),
    /** {@code PATH}. */
    PATH("---UU"),
    /** {@code PERIOD}. */
    PERIOD("----U"),
    /** {@code PLACING}. */
    PLACING("RRRRR"),
    /** {@code PLAN}. */
    PLAN("---UU"),
    /** {@code PLANS}. */
    PLANS("UUUUU"),
    /** {@code POLICY}. */
    POLICY("UUUUU"),
    /** {@code POSITION}. */
    POSITION("CCCCC"),
    /** {@code PRECEDING}. */
    PRECEDING("UUUUU"),
    /** {@code PRECISION}. */
    PRECISION("ccccc"),
    /** {@code PREPARE}. */
    PREPARE("UUUUU"),
    /** {@code PREPARED}. */
    PREPARED("UUUUU"),
    /** {@code PRESERVE}. */
    PRESERVE("UUUUU"),
    /** {@code PRIMARY}. */
    PRIMARY("RRRRR"),
    /** {@code PRIOR}. */
    PRIOR("UUUUU"),
    /** {@code PRIVILEGES}. */
    PRIVILEGES("UUUUU"),
    /** {@code PROCEDURAL}. */
    PROCEDURAL("UUUUU"),
    /** {@code PROCEDURE}. */
    PROCEDURE("UUUUU"),
    /** {@code PROCEDURES}. */
    PROCEDURES("UUUUU"),
    /** {@code PROGRAM}. */
    PROGRAM("UUUUU"),
    /** {@code PUBLICATION}. */
    PUBLICATION("UUUUU"),
    /** {@code QUOTE}. */
    QUOTE("UUUUU"),
    /** {@code QUOTES}. */
    QUOTES("---UU"),
    /** {@code RANGE}. */
    RANGE("UUUUU"),
    /** {@code READ}. */
    READ("UUUUU"),
    /** {@code REAL}. */
    REAL("CCCCC"),
    /** {@code REASSIGN}. */
    REASSIGN("UUUUU"),
    /** {@code RECHECK}. */
    RECHECK("UUUU-"),
    /** {@code RECURSIVE}. */
    RECURSIVE("UUUUU"),
    /** {@code REF}. */
    REF("UUUUU"),
    /** {@code REFERENCES}. */
    REFERENCES("RRRRR"),
    /** {@code REFERENCING}. */
    REFERENCING("UUUUU"),
    /** {@code REFRESH}. */
    REFRESH("UUUUU"),
    /** {@code REINDEX}. */
    REINDEX("UUUUU"),
    /** {@code RELATIVE}. */
    RELATIVE("UUUUU"),
    /** {@code RELEASE}. */
    RELEASE("UUUUU"),
    /** {@code RENAME}. */
    RENAME("UUUUU"),
    /** {@code REPEATABLE}. */
    REPEATABLE("UUUUU"),
    /** {@code REPLACE}. */
    REPLACE("UUUUU"),
    /** {@code REPLICA}. */
    REPLICA("UUUUU"),
    /** {@code RESET}. */
    RESET("UUUUU"),
    /** {@code RESTART}. */
    RESTART("UUUUU"),
    /** {@code RESTRICT}. */
    RESTRICT("UUUUU"),
    /** {@code RETURN}. */
    RETURN("UUUUU"),
    /** {@code RETURNING}. */
    RETURNING("rrrrr"),
    /** {@code RETURNS}. */
    RETURNS("UUUUU"),
    /** {@code REVOKE}. */
    REVOKE("UUUUU"),
    /** {@code RIGHT}. */
    RIGHT("TTTTT"),
    /** {@code ROLE}. */
    ROLE("UUUUU"),
    /** {@code ROLLBACK}. */
    ROLLBACK("UUUUU"),
    /** {@code ROLLUP}. */
    ROLLUP("UUUUU"),
    /** {@code ROUTINE}. */
    ROUTINE("UUUUU"),
    /** {@code ROUTINES}. */
    ROUTINES("UUUUU"),
    /** {@code ROW}. */
    ROW("CCCCC"),
    /** {@code ROWS}. */
    ROWS("UUUUU"),
    /** {@code RULE}. */
    RULE("UUUUU"),
    /** {@code SAVEPOINT}. */
    SAVEPOINT("UUUUU"),
    /** {@code SCALAR}. */
    SCALAR("--UUU"),
    /** {@code SCHEMA}. */
    SCHEMA("UUUUU"),
    /** {@code SCHEMAS}. */
    SCHEMAS("UUUUU"),
    /** {@code SCROLL}. */
    SCROLL("UUUUU"),
    /** {@code SEARCH}. */
    SEARCH("UUUUU"),
    /** {@code SECOND}. */
    SECOND("uuuuu"),
    /** {@code SECURITY}. */
    SECURITY("UUUUU"),
    /** {@code SELECT}. */
    SELECT("RRRRR"),
    /** {@code SEQUENCE}. */
    SEQUENCE("UUUUU"),
    /** {@code SEQUENCES}. */
    SEQUENCES("UUUUU"),
    /** {@code SERIALIZABLE}. */
    SERIALIZABLE("UUUUU"),
    /** {@code SERVER}. */
    SERVER("UUUUU"),
    /** {@code SESSION}. */
    SESSION("UUUUU"),
    /** {@code SESSION_USER}. */
    SESSION_USER("RRRRR"),
    /** {@code SET}. */
    SET("UUUUU"),
    /** {@code SETOF}. */
    SETOF("CCCCC"),
    /** {@code SETS}. */
    SETS("UUUUU"),
    /** {@code SHARE}. */
    SHARE("UUUUU"),
    /** {@code SHOW}. */
    SHOW("UUUUU"),
    /** {@code SIMILAR}. */
    SIMILAR("TTTTT"),
    /** {@code SIMPLE}. */
    SIMPLE("UUUUU"),
    /** {@code SKIP}. */
    SKIP("UUUUU"),
    /** {@code SMALLINT}. */
    SMALLINT("CCCCC"),
    /** {@code SNAPSHOT}. */
    SNAPSHOT("UUUUU"),
    /** {@code SOME}. */
    SOME("RRRRR"),
    /** {@code SOURCE}. */
    SOURCE("---UU"),
    /** {@code SQL}. */
    SQL("UUUUU"),
    /** {@code STABLE}. */
    STABLE("UUUUU"),
    /** {@code STANDALONE}. */
    STANDALONE("UUUUU"),
    /** {@code START}. */
    START("UUUUU"),
    /** {@code STATEMENT}. */
    STATEMENT("UUUUU"),
    /** {@code STATISTICS}. */
    STATISTICS("UUUUU"),
    /** {@code STDIN}. */
    STDIN("UUUUU"),
    /** {@code STDOUT}. */
    STDOUT("UUUUU"),
    /** {@code STORAGE}. */
    STORAGE("UUUUU"),
    /** {@code STORED}. */
    STORED("UUUUU"),
    /** {@code STRICT}. */
    STRICT("UUUUU"),
    /** {@code STRING}. */
    STRING("---UU"),
    /** {@code STRIP}. */
    STRIP("UUUUU"),
    /** {@code SUBSCRIPTION}. */
    SUBSCRIPTION("UUUUU"),
    /** {@code SUBSTRING}. */
    SUBSTRING("CCCCC"),
    /** {@code SUPPORT}. */
    SUPPORT("UUUUU"),
    /** {@code SYMMETRIC}. */
    SYMMETRIC("RRRRR"),
    /** {@code SYSID}. */
    SYSID("UUUUU"),
    /** {@code SYSTEM}. */
    SYSTEM("UUUUU"),
    /** {@code SYSTEM_USER}. */
    SYSTEM_USER("--RRR"),
    /** {@code TABLE}. */
    TABLE("RRRRR"),
    /** {@code TABLES}. */
    TABLES("UUUUU"),
    /** {@code TABLESAMPLE}. */
    TABLESAMPLE("TTTTT"),
    /** {@code TABLESPACE}. */
    TABLESPACE("UUUUU"),
    /** {@code TARGET}. */
    TARGET("---UU"),
    /** {@code TEMP}. */
    TEMP("UUUUU"),
    /** {@code TEMPLATE}. */
    TEMPLATE("UUUUU"),
    /** {@code TEMPORARY}. */
    TEMPORARY("UUUUU"),
    /** {@code TEXT}. */
    TEXT("UUUUU"),
    /** {@code THEN}. */
    THEN("RRRRR"),
    /** {@code TIES}. */
    TIES("UUUUU"),
    /** {@code TIME}. */
    TIME("CCCCC"),
    /** {@code TIMESTAMP}. */
    TIMESTAMP("CCCCC"),
    /** {@code TO}. */
    TO("rrrrr"),
    /** {@code TRAILING}. */
    TRAILING("RRRRR"),
    /** {@code TRANSACTION}. */
    TRANSACTION("UUUUU"),
    /** {@code TRANSFORM}. */
    TRANSFORM("UUUUU"),
    /** {@code TREAT}. */
    TREAT("CCCCC"),
    /** {@code TRIGGER}. */
    TRIGGER("UUUUU"),
    /** {@code TRIM}. */
    TRIM("CCCCC"),
    /** {@code TRUE}. */
    TRUE("RRRRR"),
    /** {@code TRUNCATE}. */
    TRUNCATE("UUUUU"),
    /** {@code TRUSTED}. */
    TRUSTED("UUUUU"),
    /** {@code TYPE}. */
    TYPE("UUUUU"),
    /** {@code TYPES}. */
    TYPES("UUUUU"),
    /** {@code UESCAPE}. */
    UESCAPE("UUUUU"),
    /** {@code UNBOUNDED}. */
    UNBOUNDED("UUUUU"),
    /** {@code UNCOMMITTED}. */
    UNCOMMITTED("UUUUU"),
    /** {@code UNCONDITIONAL}. */
    UNCONDITIONAL("---UU"),
    /** {@code UNENCRYPTED}. */
    UNENCRYPTED("UUUUU"),
    /** {@code UNION}. */
    UNION("rrrrr"),
    /** {@code UNIQUE}. */
    UNIQUE("RRRRR"),
    /** {@code UNKNOWN}. */
    UNKNOWN("UUUUU"),
    /** {@code UNLISTEN}. */
    UNLISTEN("UUUUU"),
    /** {@code UNLOGGED}. */
    UNLOGGED("UUUUU"),
    /** {@code UNTIL}. */
    UNTIL("UUUUU"),
    /** {@code UPDATE}. */
    UPDATE("UUUUU"),
    /** {@code USER}. */
    USER("RRRRR"),
    /** {@code USING}. */
    USING("RRRRR"),
    /** {@code VACUUM}. */
    VACUUM("UUUUU"),
    /** {@code VALID}. */
    VALID("UUUUU"),
    /** {@code VALIDATE}. */
    VALIDATE("UUUUU"),
    /** {@code VALIDATOR}. */
    VALIDATOR("UUUUU"),
    /** {@code VALUE}. */
    VALUE("UUUUU"),
    /** {@code VALUES}. */
    VALUES("CCCCC"),
    /** {@code VARCHAR}. */
    VARCHAR("CCCCC"),
    /** {@code VARIADIC}. */
    VARIADIC("RRRRR"),
    /** {@code VARYING}. */
    VARYING("uuuuu"),
    /** {@code VERBOSE}. */
    VERBOSE("TTTTT"),
    /** {@code VERSION}. */
    VERSION("UUUUU"),
    /** {@code VIEW}. */
    VIEW("UUUUU"),
    /** {@code VIEWS}. */
    VIEWS("UUUUU"),
    /** {@code VIRTUAL}. */
    VIRTUAL("----U"),
    /** {@code VOLATILE}. */
    VOLATILE("UUUUU"),
    /** {@code WHEN}. */
    WHEN("RRRRR"),
    /** {@code WHERE}. */
    WHERE("rrrrr"),
    /** {@code WHITESPACE}. */
    WHITESPACE("UUUUU"),
    /** {@code WINDOW}. */
    WINDOW("rrrrr"),
    /** {@code WITH}. */
    WITH("rrrrr"),
    /** {@code WITHIN}. */
    WITHIN("uuuuu"),
    /** {@code WITHOUT}. */
    WITHOUT("uuuuu"),
    /** {@code WORK}. */
    WORK("UUUUU"),
    /** {@code WRAPPER}. */
    WRAPPER("UUUUU"),
    /** {@code WRITE}. */
    WRITE("UUUUU"),
    /** {@code XML}. */
    XML("UUUUU"),
    /** {@code XMLATTRIBUTES}. */
    XMLATTRIBUTES("CCCCC"),
    /** {@code XMLCONCAT}. */
    XMLCONCAT("CCCCC"),
    /** {@code XMLELEMENT}. */
    XMLELEMENT("CCCCC"),
    /** {@code XMLEXISTS}. */
    XMLEXISTS("CCCCC"),
    /** {@code XMLFOREST}. */
    XMLFOREST("CCCCC"),
    /** {@code XMLNAMESPACES}. */
    XMLNAMESPACES("CCCCC"),
    /** {@code XMLPARSE}. */
    XMLPARSE("CCCCC"),
    /** {@code XMLPI}. */
    XMLPI("CCCCC"),
    /** {@code XMLROOT}. */
    XMLROOT("CCCCC"),
    /** {@code XMLSERIALIZE}. */
    XMLSERIALIZE("CCCCC"),
    /** {@code XMLTABLE}. */
    XMLTABLE("CCCCC"),
    /** {@code YEAR}. */
    YEAR("uuuuu"),
    /** {@code YES}. */
    YES("UUUUU"),
    /** {@code ZONE}. */
    ZONE("UUUUU");

    private static final Keyword[] BY_ORDINAL = values();
    private static final int FIRST_VERSION = 14;

    private final String categories;
    private final String word;
    private final boolean reserved;

    /** One letter for each version: see {@link KeywordCategory}; small if it labels a column only behind AS. */
    Keyword(String categories) {
        this.categories = categories;
        this.word = name().toLowerCase(Locale.ROOT);
        this.reserved = categories.chars().allMatch(letter -> letter == 'R' || letter == 'r');
    }

    static Keyword of(int ordinal) {
        return BY_ORDINAL[ordinal];
    }

    static int total() {
        return BY_ORDINAL.length;
    }

    /** {@return the word in lower case} */
    public String word() {
        return word;
    }

    /**
     * {@return where the word may stand for a name}
     *
     * @param version of PostgreSQL, from 14
     */
    public KeywordCategory category(int version) {
        return KeywordCategory.of(categories.charAt(version - FIRST_VERSION));
    }

    /**
     * {@return whether the word may label a column without AS, as in {@code SELECT 1 word}}
     *
     * @param version of PostgreSQL, from 14
     */
    public boolean isBareLabel(int version) {
        return !Character.isLowerCase(categories.charAt(version - FIRST_VERSION));
    }

    /**
     * {@return whether the word is reserved in every version, so that it never is a name unless AS or a dot stands
     * before it}
     */
    public boolean isReserved() {
        return reserved;
    }
}
