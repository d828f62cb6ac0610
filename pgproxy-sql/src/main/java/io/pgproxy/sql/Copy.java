package io.pgproxy.sql;

import org.jspecify.annotations.Nullable;

/**
 * What a COPY moves.
 *
 * @param direction into or out of the database
 * @param peer the other side
 * @param relation the table, or null if a query is copied: then {@link Facts#inner} tells about it
 */
public record Copy(Direction direction, Peer peer, @Nullable QualifiedName relation) {
    /** Where the rows go. */
    public enum Direction {
        /** COPY FROM: into the database. */
        IN,
        /** COPY TO: out of it. */
        OUT
    }

    /** Who sends or gets the rows. */
    public enum Peer {
        /** The client, by STDIN or STDOUT; the server takes either word in both directions. */
        CLIENT,
        /** A file of the server. */
        FILE,
        /** A program that the server starts. */
        PROGRAM
    }
}
