package io.pgproxy.sql.catalog;

/** What became of looking a relation up. */
public sealed interface RelationLookup {
    /**
     * The name stands for this relation.
     *
     * @param relation the relation
     */
    record Found(StoredRelation relation) implements RelationLookup {}

    /** The server had no such relation when the catalogue was read. */
    record Absent() implements RelationLookup {
        static final Absent ABSENT = new Absent();
    }

    /**
     * It cannot be told from here what the name stands for.
     *
     * @param reason a sentence
     */
    record Unknown(String reason) implements RelationLookup {}
}
