package io.pgproxy.sql.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a database: the relations, functions and types that names in a text stand for. Everything is looked
 * up in memory: no method blocks, none throws for a name, and any thread may call any of them. What is known is as old
 * as {@link #readAt()}.
 *
 * <p>Names are as the catalogue has them: folded, without quotes. Whoever has another source of this knowledge than
 * {@link JdbcCatalog} implements it.
 */
public interface Catalog {
    /**
     * The catalogue of a database of which nothing is known but what every database has.
     *
     * @return a constant
     */
    static Catalog offline() {
        return OfflineCatalog.INSTANCE;
    }

    /**
     * Whether a server has been asked. If not, no relation is found and no routine either, whatever there is.
     *
     * @return false for {@link #offline()}
     */
    boolean isKnown();

    /**
     * Which version the server has.
     *
     * @return the major version; 0 if it is not known
     */
    int version();

    /**
     * When the server was asked.
     *
     * @return the time at which the asking began, {@link Instant#EPOCH} if it never was
     */
    Instant readAt();

    /**
     * Finds what a name stands for. Temporary relations of the session itself are known to that session alone: a path
     * with {@link SearchPath#temporaryTables()} does not resolve what they may hide. A schema that not everybody may
     * use is passed over by the server for those who may not; where the name is also in a later schema, it is not
     * resolved either.
     *
     * @param schema the schema as written, or null
     * @param name the relation's name
     * @param path the search_path of the session
     * @return the relation, its certain absence, or a reason why it cannot be told
     */
    RelationLookup relation(@Nullable String schema, String name, SearchPath path);

    /**
     * A relation that is known by its number.
     *
     * @param oid its OID
     * @return the relation, or nothing
     */
    Optional<StoredRelation> relation(long oid);

    /**
     * The tables that a table inherits from, or the one that it is a partition of.
     *
     * @param relation a table
     * @return its immediate parents
     */
    List<StoredRelation> parents(StoredRelation relation);

    /**
     * The tables that inherit from a table, or are partitions of it.
     *
     * @param relation a table
     * @return its immediate children
     */
    List<StoredRelation> children(StoredRelation relation);

    /**
     * All tables whose rows a query of a table without ONLY reads.
     *
     * @param relation a table
     * @return the table, its children, and theirs, each once
     */
    List<StoredRelation> family(StoredRelation relation);

    /**
     * The relations that the query of a view names, or the policies by which a table's rows are chosen.
     *
     * @param relation a relation
     * @return each once; empty for most tables
     */
    List<StoredRelation> uses(StoredRelation relation);

    /**
     * The relations whose rows a query of a relation reads: views are expanded, and what policies read is added.
     * Materialized views are not expanded, for they have rows of their own. Partitions and children are left to
     * {@link #family}.
     *
     * @param relation a relation
     * @return each once, without views; for most tables the table alone
     */
    List<StoredRelation> baseRelations(StoredRelation relation);

    /**
     * Whether a query of a relation may give other rows although no table and no setting has changed, for what the
     * queries of views and the policies of tables hold beside functions: the time in the forms of the grammar
     * (CURRENT_DATE) or cast from such a word, TABLESAMPLE, system columns that maintenance changes (ctid), row locks.
     *
     * @param relation a relation
     * @return whether it, or something that it reads, is so; false for most
     */
    boolean varies(StoredRelation relation);

    /**
     * The foreign keys that refer to a table itself; those of its children and partitions are their own.
     *
     * @param relation a table
     * @return each that is there once, in no order
     */
    List<ForeignKey> foreignKeysTo(StoredRelation relation);

    /**
     * Whether writing a relation runs functions that may write elsewhere and that neither a trigger nor a rule tells
     * of: its defaults and generated columns call a user's function that is VOLATILE. Checks, policies, domains and
     * indexes are taken to do no more than to look.
     *
     * @param relation a table or view
     * @return whether it is so for the relation itself; false for most
     */
    boolean runsUnknownCode(StoredRelation relation);

    /**
     * Whether definitions run functions: those of event triggers that are not switched off.
     *
     * @return false for most databases
     */
    boolean hasEventTriggers();

    /**
     * The functions that run when a relation is read, built-in ones included: those that the queries of views and the
     * policies of tables call by name or through operators, for the relation and all that it reads. Not among them are
     * those that cast by input and output functions, compare for sorting and grouping, check domains, or are called by
     * functions.
     *
     * @param relation a relation
     * @return each once; empty for most tables
     */
    List<Routine> routinesOf(StoredRelation relation);

    /**
     * Everything that a call can mean: all functions of the name in all schemas of the path, for PostgreSQL chooses
     * among them by the types of the arguments.
     *
     * @param schema the schema as written, or null
     * @param name the function's name
     * @param path the search_path of the session
     * @return in the order of the path
     */
    List<Routine> routines(@Nullable String schema, String name, SearchPath path);

    /**
     * The functions behind all operators of a name that are not built in.
     *
     * @param schema the schema as written in {@code OPERATOR(schema.+)}, or null
     * @param operator the operator's name
     * @param path the search_path of the session
     * @return in the order of the path
     */
    List<Routine> operatorRoutines(@Nullable String schema, String operator, SearchPath path);

    /**
     * All casts of the database that are not built in and run a function.
     *
     * @return in no order
     */
    List<Cast> casts();

    /**
     * The functions that constraints of users' domains call: a cast to such a domain runs them.
     *
     * @return each once, in no order
     */
    List<Routine> domainRoutines();

    /**
     * Which value a setting has in a new session of a role, unless its client asks for another one: of
     * {@code search_path} and {@code default_transaction_isolation}, which servers do not report, at least not before
     * PostgreSQL 18.
     *
     * @param role the role that logs in
     * @param setting its name in lower case
     * @return the value; empty if it is not known
     */
    Optional<String> sessionDefault(String role, String setting);
}
