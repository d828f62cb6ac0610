package io.pgproxy.sql.structure;

/**
 * What a statement names and where, or that this is not known. There is nothing between the two: what was not
 * understood to its last token is an {@link UnknownTree}, and whoever protects something refuses it.
 */
public sealed interface SqlTree permits KnownTree, UnknownTree {
    /**
     * The same at the places of another text that has the same tokens but for its constants.
     *
     * @param places where each place is there
     * @return the tree with all places exchanged
     */
    SqlTree at(Places places);
}
