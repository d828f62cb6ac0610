package io.pgproxy.cache;

import io.pgproxy.cache.Reading.Cacheable;
import io.pgproxy.cache.Reading.NotCacheable;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.SearchPath;
import io.pgproxy.sql.structure.KnownTree;
import io.pgproxy.sql.structure.Relation;
import io.pgproxy.sql.structure.SqlTree;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the result of a statement may be kept, and until which tables change. Immutable; any thread may ask,
 * and nothing is looked up outside memory. What it says holds for a text, a path and a catalogue: whoever asks about
 * many statements remembers it.
 *
 * <p>It is for sessions with standard_conforming_strings on. It does not see parameters: {@link TimeWords} has to be
 * asked about those that are texts.
 *
 * <p>Functions that other functions call are as their callers promise. Compared, cast by input and output functions, or
 * checked by domains is what is stored in views, as if it were steady.
 */
final class ReadAnalysis {
    private static final NotCacheable NO_READ = new NotCacheable("it is not a query that only reads");

    private final ReadRules rules;
    private final Steadiness steadiness;

    ReadAnalysis(ReadRules rules) {
        this.rules = rules;
        this.steadiness = new Steadiness(rules.declared());
    }

    /** Whether it is worth finding a statement's structure: all others are not cacheable. */
    static boolean mayBeCacheable(Facts facts) {
        return (facts.kind() == StatementKind.SELECT
                        || facts.kind() == StatementKind.VALUES
                        || facts.kind() == StatementKind.TABLE)
                && facts.readsOnly()
                && facts.effects().isEmpty()
                && facts.inner() == null
                && facts.problem() == null;
    }

    /**
     * Judges a statement.
     *
     * @param facts what is known of it
     * @param tree its structure
     * @param sql its text alone
     * @param catalog what is known of the server
     * @param path the search_path of the session
     */
    Reading of(Facts facts, SqlTree tree, String sql, Catalog catalog, SearchPath path) {
        if (!mayBeCacheable(facts)) {
            return NO_READ;
        }
        if (!(tree instanceof KnownTree known)) {
            return new NotCacheable("its structure is not known");
        }
        if (!catalog.isKnown()) {
            return new NotCacheable("the server's catalogue is not known");
        }
        TextSigns signs = TextSigns.of(sql);
        ReadRelations relations = new ReadRelations(rules, catalog, path);
        ReadFunctions functions = new ReadFunctions(steadiness, rules.declared(), catalog, path, signs, relations);
        String objection = signs.objection();
        if (objection == null) {
            objection = ofRelations(known, relations);
        }
        if (objection == null) {
            objection = functions.ofRelations();
        }
        if (objection == null) {
            objection = functions.objection(known, facts.functions());
        }
        return objection != null
                ? new NotCacheable(objection)
                : new Cacheable(relations.tables(), relations.readsSystem(), functions.readsSettings());
    }

    private static @Nullable String ofRelations(KnownTree tree, ReadRelations relations) {
        for (Relation relation : tree.relations()) {
            String objection = relation.isStored() ? relations.add(relation) : null;
            if (objection != null) {
                return objection;
            }
        }
        return null;
    }
}
