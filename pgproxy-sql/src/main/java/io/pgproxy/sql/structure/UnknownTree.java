package io.pgproxy.sql.structure;

/**
 * The structure of a statement is not known. This says nothing about the statement: PostgreSQL may accept it.
 *
 * @param reason why
 * @param offset the byte of the text near which reading ended, or -1 if there is no such place
 */
public record UnknownTree(Reason reason, int offset) implements SqlTree {
    /** Why a structure is not known. */
    public enum Reason {
        /**
         * The statement is none of those that have a structure: queries, INSERT, UPDATE, DELETE, MERGE, and these
         * within EXPLAIN, PREPARE, DECLARE and COPY (query); TRUNCATE.
         */
        NO_QUERY,
        /** The lexer could not read the text to its end. */
        LEXICAL_PROBLEM,
        /** Longer or more deeply nested than the settings allow, or too deep for the thread's stack. */
        TOO_COMPLEX,
        /** A place that our own reading of PostgreSQL's grammar does not understand. */
        NOT_READ,
        /** JSqlParser does not accept the statement. */
        NOT_PARSED,
        /** JSqlParser accepted the statement, but what it understood lacks a part of it. */
        NOT_REPRODUCED,
        /** Our reading and JSqlParser's tree name different relations, functions, queries or aliases. */
        READINGS_DIFFER,
        /** The statement's {@code Facts} say otherwise about reading, locking and writing. */
        FACTS_DIFFER,
        /** The deadline passed, in the queue or while parsing. */
        DEADLINE,
        /** The queue was full. */
        BUSY,
        /** The parser was closed. */
        CLOSED,
        /** JSqlParser failed in a way that it should not. */
        PARSER_FAILED;

        /**
         * Whether the same statement may be read at another time: there was no time, or no room.
         *
         * @return false if another attempt would end the same way
         */
        public boolean isPassing() {
            return this == DEADLINE || this == BUSY || this == CLOSED || this == PARSER_FAILED;
        }
    }

    @Override
    public UnknownTree at(Places places) {
        return new UnknownTree(
                reason,
                offset < 0 ? offset : places.moved(new Span(offset, offset)).start());
    }
}
